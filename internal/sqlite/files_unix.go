//go:build unix

package sqlite

import (
	"io/fs"
	"os"
	"syscall"
)

func ownedByUs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// tighten takes away every right beyond want.
func tighten(name string, info fs.FileInfo, want fs.FileMode) error {
	if info.Mode().Perm()&^want == 0 {
		return nil
	}
	if err := os.Chmod(name, info.Mode().Perm()&want); err != nil {
		return storageSentence("The data folder is open to other users and cannot be made private. Choose another one.", err)
	}
	return nil
}
