package engine

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// kindOfMagic are the numbers by which the kernel tells file systems of other
// computers. Source: statfs(2), linux/magic.h; vboxsf and prl_fs: their own source.
var kindOfMagic = map[uint32]string{
	0x00006969: "nfs", 0x0000517b: "smb", 0xfe534d42: "smb3", 0xff534d42: "cifs", 0x0000564c: "ncpfs",
	0x01021997: "9p", 0x786f4256: "vboxsf", 0xbacbacbc: "vmhgfs", 0x7c7c6673: "prl_fs",
	0x5346414f: "afs", 0x6b414653: "afs", 0x00c36400: "ceph", 0x73757245: "coda", 0x0bd00bd0: "lustre",
	0x47504653: "gpfs", 0x01161970: "gfs2", 0x7461636f: "ocfs2",
	0x65735546: "fuse",
}

// diskKind names the kind of file system dir lies on, "" for one of this computer
// and where that cannot be told.
func diskKind(dir string) string {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return ""
	}
	kind := kindOfMagic[uint32(st.Type)] //nolint:gosec // some systems keep it with a sign
	if kind != "fuse" {
		return kind
	}
	var at syscall.Stat_t
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || syscall.Stat(dir, &at) != nil {
		return kind
	}
	if full := kindOfMount(string(mounts), unix.Major(at.Dev), unix.Minor(at.Dev)); full != "" {
		return full
	}
	return kind
}

// kindOfMount reads from /proc/self/mountinfo what is mounted as that device:
// fuse.sshfs, say, where statfs only tells of fuse. Source: proc_pid_mountinfo(5).
func kindOfMount(mounts string, major, minor uint32) string {
	device := fmt.Sprintf("%d:%d", major, minor)
	for line := range strings.Lines(mounts) {
		place, disk, found := strings.Cut(line, " - ")
		fields, kind := strings.Fields(place), strings.Fields(disk)
		if found && len(fields) > 2 && fields[2] == device && len(kind) > 0 {
			return kind[0]
		}
	}
	return ""
}
