//go:build linux || darwin

package backup

import "syscall"

// freeSpace is how many bytes this user can still write in dir.
func freeSpace(dir string) (free int64, known bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true //nolint:gosec,unconvert // the types differ between systems
}
