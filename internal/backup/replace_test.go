package backup

import (
	"os"
	"path/filepath"
	"testing"

	"oura-streaming/internal/oura"
)

func TestReplaceFile_IsTheNewOneOrTheOldOne(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "intent.json")
	for _, text := range []string{"first", "the second"} {
		if err := ReplaceFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(filepath.Join(folder, "taken"), []byte("x")); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("onto a folder: %v", err)
	}
	all, err := os.ReadDir(folder)
	if err != nil || len(all) != 2 {
		t.Errorf("left behind: %v, %v", all, err)
	}
}
