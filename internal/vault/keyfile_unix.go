//go:build unix

package vault

import (
	"os"
	"syscall"
)

// openPlain opens path for reading and refuses a link in its last element.
func openPlain(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

func ownedByUs(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

func tighten(file *os.File) error { return file.Chmod(0o600) }
