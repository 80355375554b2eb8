package engine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestClaim_SecondStartShowsTheFirst(t *testing.T) {
	dir := t.TempDir()
	first, err := Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Claim(dir); !errors.Is(err, ErrRunning) {
		t.Fatalf("second claim: %v, want ErrRunning", err)
	}
	select {
	case <-first.Shown():
	case <-time.After(5 * time.Second):
		t.Error("the first instance was not asked to show itself")
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := Claim(dir)
	if err != nil {
		t.Fatalf("claim after release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestClaim_UnusableFolderGetsASentence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"a file in the folder's place":  file,
		"a folder below a file":         filepath.Join(file, "data"),
		"a folder that takes no files":  "/proc/oura-streaming",
		"a read-only place in the tree": "/sys/oura-streaming",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Claim(dir)
			if oura.CodeOf(err) != oura.CodeStorage || len(oura.MessageOf(err)) < 40 {
				t.Errorf("err = %v, want code storage with a sentence", err)
			}
		})
	}
}
