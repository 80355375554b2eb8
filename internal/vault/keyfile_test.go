//go:build unix

package vault

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS37_KeyFileRefusesLinksAndStrangers(t *testing.T) {
	real := keyPath(t)
	mustOpen(t, Options{KeyFile: real})
	link := filepath.Join(t.TempDir(), "link.key")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	dangling := filepath.Join(t.TempDir(), "dangling.key")
	if err := os.Symlink(filepath.Join(t.TempDir(), "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, path := range []string{link, dangling, folder} {
		_, err := Open(t.Context(), Options{KeyFile: path})
		wantCode(t, err, oura.CodeLocked)
	}
	if err := os.Chown(real, 12345, -1); err != nil {
		t.Skip("only root can give a file away, so a foreign owner cannot be tried here")
	}
	_, err := Open(t.Context(), Options{KeyFile: real, HasSealed: true})
	wantCode(t, err, oura.CodeLocked)
}

func TestS37_KeyFileIs0600WhateverTheUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	path := keyPath(t)
	mustOpen(t, Options{KeyFile: path})
	if err := os.Chmod(path, 0o644); err != nil { // loosened by hand
		t.Fatal(err)
	}
	mustOpen(t, Options{KeyFile: path, HasSealed: true})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
