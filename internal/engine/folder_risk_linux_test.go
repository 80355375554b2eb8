package engine

import (
	"syscall"
	"testing"
)

// Lines of /proc/self/mountinfo, one with the optional fields and one without.
const mountinfo = `22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/root rw
61 28 0:52 / /home/me/remote rw,nosuid,nodev,relatime shared:33 master:2 - fuse.sshfs me@host:/ rw,user_id=1000
62 28 0:53 / /home/me/a\040b rw,relatime - fuseblk /dev/sdb1 rw
63 28 0:54 / /mnt/host rw,relatime - virtiofs host rw
broken
64 28 0:55 / /mnt/broken rw -`

func TestF18_WhatIsMounted(t *testing.T) {
	for _, tc := range []struct {
		major, minor uint32
		kind         string
	}{{0, 52, "fuse.sshfs"}, {0, 53, "fuseblk"}, {0, 54, "virtiofs"}, {254, 1, "ext4"}, {0, 5, ""}, {0, 55, ""}} {
		if kind := kindOfMount(mountinfo, tc.major, tc.minor); kind != tc.kind {
			t.Errorf("%d:%d is %q, want %q", tc.major, tc.minor, kind, tc.kind)
		}
	}
}

func TestF18_EveryNumberOfTheKernelIsWarnedOf(t *testing.T) {
	for magic, kind := range kindOfMagic {
		if diskRisk(kind) == "" {
			t.Errorf("%#x is %q, of which nobody is warned", magic, kind)
		}
	}
}

// TestF18_ThisComputersDisks asks the kernel about disks that are certainly here.
func TestF18_ThisComputersDisks(t *testing.T) {
	for _, dir := range []string{smallDisk(t, "1m"), "/proc"} {
		if kind := diskKind(dir); kind != "" {
			t.Errorf("%s is %q", dir, kind)
		}
	}
	var st syscall.Statfs_t
	must(t, syscall.Statfs("/proc", &st))
	if kindOfMagic[uint32(st.Type)] != "" { //nolint:gosec // as in diskKind
		t.Errorf("/proc has the number %#x of another computer's disk", st.Type)
	}
}
