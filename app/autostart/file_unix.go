//go:build unix

package autostart

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"oura-streaming/internal/private"
)

// mostBytes is more than any entry has.
const mostBytes = 64 << 10

// read reads the file that starts p; without one, it is off.
func read(path string, parse func(string) (State, error)) (State, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return State{}, nil
	} else if err != nil {
		return State{}, err
	}
	defer func() { _ = f.Close() }() // only read
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return State{}, errors.Join(err, fmt.Errorf("%s is no file", path))
	}
	text, err := io.ReadAll(io.LimitReader(f, mostBytes))
	if err != nil {
		return State{}, err
	}
	return parse(string(text))
}

// write replaces the file, or removes it when text is "".
func write(path, text string) error {
	if text == "" {
		if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return private.Replace(path, []byte(text))
}
