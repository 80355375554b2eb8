package app

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/vault"
)

func TestDataDir_KeepsSampleDataApart(t *testing.T) {
	data := home(t)
	usual, usualSample := filepath.Join(data, "oura-streaming"), filepath.Join(data, "oura-streaming-demo")
	named, taken, marked := t.TempDir(), t.TempDir(), t.TempDir()
	touch(t, taken, "oura_streaming.db")
	touch(t, marked, "oura_streaming.db")
	touch(t, marked, "sample-data.txt")
	for name, c := range map[string]struct {
		named string
		demo  bool
		want  string // "": refused
	}{
		"the usual folder":                       {"", false, usual},
		"the usual folder of sample data":        {"", true, usualSample},
		"a named folder":                         {named, false, named},
		"a named folder with a slash at its end": {named + "/", false, named},
		"sample data in a named folder":          {named, true, named},
		"sample data beside real data":           {taken, true, filepath.Join(taken, "sample-data")},
		"sample data where it was before":        {marked, true, marked},
		"real data where sample data was before": {marked, false, ""},
		"the usual folder, by name":              {usual, false, usual},
		"sample data of the usual folder":        {usual, true, usualSample},
		"the sample folder, by name":             {usualSample, true, usualSample},
		"an inner sample folder, by name":        {filepath.Join(named, "sample-data"), true, filepath.Join(named, "sample-data")},
		"real data in the sample folder":         {usualSample, false, ""},
		"real data in an inner sample folder":    {filepath.Join(named, "sample-data"), false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := DataDir(c.named, c.demo)
			if c.want == "" {
				if oura.CodeOf(err) != oura.CodeInvalid {
					t.Errorf("got %q, %v; want it refused", got, err)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func touch(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDataDir_ANamedFolderNeedsNoHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_DATA_HOME", "LocalAppData", "AppData"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	if got, err := DataDir(dir, true); err != nil || got != dir {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := DataDir("", false); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("no home and no folder: %v, want code storage", err)
	}
}

func TestOther_SharesNothing(t *testing.T) {
	data := home(t)
	usual, usualSample := filepath.Join(data, "oura-streaming"), filepath.Join(data, "oura-streaming-demo")
	named := t.TempDir()
	for name, c := range map[string]struct{ began, other engine.Options }{
		"from the usual folder":                  {engine.Options{DataDir: usual, KeyFile: "k"}, engine.Options{DataDir: usualSample, Demo: true}},
		"from a named folder":                    {engine.Options{DataDir: named, KeyFile: "k"}, engine.Options{DataDir: filepath.Join(named, "sample-data"), Demo: true}},
		"from the usual sample data":             {engine.Options{DataDir: usualSample, Demo: true, KeyFile: "k"}, engine.Options{DataDir: usual}},
		"from sample data of a named folder":     {engine.Options{DataDir: filepath.Join(named, "sample-data"), Demo: true}, engine.Options{DataDir: named}},
		"from sample data in some other folder":  {engine.Options{DataDir: named, Demo: true}, engine.Options{DataDir: usual}},
		"from sample data below the real folder": {engine.Options{DataDir: filepath.Join(usual, "sample-data"), Demo: true}, engine.Options{DataDir: usual}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t.Context(), Options{Engine: c.began})
			got, err := b.other(!c.began.Demo)
			if err != nil || got.DataDir != c.other.DataDir || got.Demo != c.other.Demo || got.KeyFile != "" {
				t.Errorf("other side %s, demo %v, key %q, %v; want %s, demo %v", got.DataDir, got.Demo, got.KeyFile, err, c.other.DataDir, c.other.Demo)
			}
			same, err := b.other(c.began.Demo)
			if err != nil || same.DataDir != c.began.DataDir || same.Demo != c.began.Demo || same.KeyFile != c.began.KeyFile {
				t.Errorf("way back: %s, demo %v, key %q, %v; want what it began with", same.DataDir, same.Demo, same.KeyFile, err)
			}
		})
	}
	t.Run("sample data in the real folder", func(t *testing.T) {
		b := newBackend(t.Context(), Options{Engine: engine.Options{DataDir: usual, Demo: true}})
		if got, err := b.other(false); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("real data would open sample data in %s, %v", got.DataDir, err)
		}
	})
}

// memory is a keychain entry of one folder.
type memory struct {
	mu   sync.Mutex // guards text
	text []byte
}

func (m *memory) Get(context.Context) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.text == nil {
		return nil, vault.ErrNoKey
	}
	return m.text, nil
}

func (m *memory) Set(_ context.Context, text []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.text = text
	return nil
}

func (m *memory) Delete(context.Context) error { return nil }

func TestEnter_EachSideHasAKeyOfItsOwn(t *testing.T) {
	t.Run("keychain", func(t *testing.T) {
		home(t)
		entries := map[string]*memory{} // under swap: one engine opens at a time
		opt := engineOptions(t, "", false)
		opt.Keychain = func(dir string) vault.Keychain {
			if entries[dir] == nil {
				entries[dir] = &memory{}
			}
			return entries[dir]
		}
		b, _ := begin(t, opt)
		if err := b.enter(true); err != nil {
			t.Fatal(err)
		}
		other, err := b.other(true)
		if err != nil {
			t.Fatal(err)
		}
		mine, sample := entries[opt.DataDir], entries[other.DataDir]
		if len(entries) != 2 || mine == nil || sample == nil || string(mine.text) == string(sample.text) || len(sample.text) == 0 {
			t.Errorf("%d keychain entries, want one with its own key for each folder", len(entries))
		}
	})
	t.Run("key file", func(t *testing.T) {
		home(t)
		b, _ := begin(t, engineOptions(t, "", false))
		mine := b.side(t, b.began.DataDir, false).KeyWhere().Path
		if err := b.enter(true); err != nil {
			t.Fatal(err)
		}
		e, err := b.live()
		if err != nil {
			t.Fatal(err)
		}
		if sample := e.KeyWhere().Path; mine == "" || sample == "" || mine == sample {
			t.Errorf("key files %q and %q, want two", mine, sample)
		}
	})
}
