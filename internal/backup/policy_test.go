package backup

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestName_IsReadAsItWasWritten(t *testing.T) {
	at := time.Date(2026, 11, 22, 3, 15, 0, 0, time.UTC)
	for reason, want := range map[Reason]string{
		Daily: "oura_streaming-2026-11-22T031500Z.db", ByHand: "oura_streaming-2026-11-22T031500Z-by_hand.db",
		BeforeDeletion: "oura_streaming-2026-11-22T031500Z-before_deletion.db", BeforeUpdate: "oura_streaming-2026-11-22T031500Z-before_update.db",
	} {
		got, back, ok := parseName(want)
		if nameOf(at, reason) != want || !got.Equal(at) || back != reason || !ok {
			t.Errorf("%s: %s, read as %v %s %v", reason, nameOf(at, reason), got, back, ok)
		}
	}
	for _, name := range []string{
		"oura_streaming.db", "oura_streaming-2026-11-22.db", "oura_streaming-2026-11-22T031500Z.db-wal", "oura_streaming-2026-11-22T031500Z-x.db",
		"../oura_streaming-2026-11-22T031500Z.db", "oura_streaming-2026-13-22T031500Z.db", ".making-ABC", "",
	} {
		if _, _, ok := parseName(name); ok {
			t.Errorf("%q counts as a backup", name)
		}
	}
}

// put makes files that look like backups.
func put(t *testing.T, k *Keeper, names ...string) {
	t.Helper()
	if err := os.MkdirAll(k.Dir(), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(k.Dir(), name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func names(all []Info) (out []string) {
	for _, b := range all {
		out = append(out, b.Name)
	}
	return out
}

// TestPolicy_AYearOfDays makes a backup each day and prunes after each.
func TestPolicy_AYearOfDays(t *testing.T) {
	day := time.Date(2025, 11, 22, 3, 15, 0, 0, time.UTC)
	k := New(filepath.Join(t.TempDir(), "backups"), func() time.Time { return day })
	put(t, k, nameOf(day, ByHand))
	for range 365 {
		day = day.Add(24 * time.Hour)
		put(t, k, nameOf(day, Daily))
		if day.Day()%5 == 0 {
			put(t, k, nameOf(day, BeforeDeletion), nameOf(day, BeforeUpdate))
		}
		if _, err := k.Prune(); err != nil {
			t.Fatal(err)
		}
	}
	all, err := k.List()
	if err != nil {
		t.Fatal(err)
	}
	count, weeks := map[Reason]int{}, map[string]int{}
	for i, b := range all {
		count[b.Reason]++
		if b.Reason == Weekly {
			weeks[weekOf(b.MadeAt)]++
		}
		if i > 0 && b.MadeAt.After(all[i-1].MadeAt) {
			t.Errorf("%s stands behind %s", b.Name, all[i-1].Name)
		}
	}
	if count[Daily] != 7 || count[Weekly] != 4 || count[BeforeDeletion] != 3 || count[BeforeUpdate] != 3 || count[ByHand] != 1 || len(weeks) != 4 {
		t.Errorf("kept %v, weeks %v: %q", count, weeks, names(all))
	}
	if age := day.Sub(oldest(all, Weekly)); age < 28*24*time.Hour || age > 42*24*time.Hour {
		t.Errorf("the oldest weekly one is %v old", age)
	}
}

func oldest(all []Info, r Reason) (at time.Time) {
	for _, b := range all {
		if b.Reason == r {
			at = b.MadeAt
		}
	}
	return at
}

func TestPolicy_DueOnceADayByTheWallClock(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	k := New(filepath.Join(t.TempDir(), "backups"), func() time.Time { return now })
	want := func(sentence string, due bool) {
		t.Helper()
		if got, err := k.Due(); err != nil || got != due {
			t.Errorf("%s: due %v, %v", sentence, got, err)
		}
	}
	want("before the first", true)
	put(t, k, nameOf(now, ByHand), nameOf(now, BeforeDeletion))
	want("one by hand is no daily one", true)
	put(t, k, nameOf(now, Daily))
	want("just made", false)
	now = now.Add(23 * time.Hour)
	want("an hour too early", false)
	now = now.Add(time.Hour)
	want("a day later", true)
	now = now.Add(200 * time.Hour)
	want("after a long sleep", true)
	put(t, k, nameOf(now.Add(48*time.Hour), Daily))
	want("the last one was made while the clock was wrong", true)
}

func TestPath_OnlyNamesFromTheList(t *testing.T) {
	dir := t.TempDir()
	k := New(filepath.Join(dir, "backups"), time.Now)
	name := nameOf(time.Now(), Daily)
	put(t, k, name)
	if path, err := k.Path(name); err != nil || path != filepath.Join(k.Dir(), name) {
		t.Errorf("%s, %v", path, err)
	}
	outside := filepath.Join(dir, "precious.db")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := nameOf(time.Now().Add(time.Hour), Daily)
	if err := os.Symlink(outside, filepath.Join(k.Dir(), link)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"../precious.db", outside, "", ".", name + "/../" + name, "backups/" + name, link, nameOf(time.Now().Add(2*time.Hour), Daily)} {
		if _, err := k.Path(bad); oura.CodeOf(err) != oura.CodeNotFound {
			t.Errorf("path of %q: %v", bad, err)
		}
		if err := k.Remove(bad); oura.CodeOf(err) != oura.CodeNotFound {
			t.Errorf("remove %q: %v", bad, err)
		}
	}
	if err := k.Remove(name); err != nil {
		t.Error(err)
	}
	all, err := k.List()
	if err != nil || slices.Contains(names(all), name) || !exists(outside) {
		t.Errorf("%v, %v", all, err)
	}
}

func TestList_WithoutAFolder(t *testing.T) {
	k := New(filepath.Join(t.TempDir(), "none"), time.Now)
	if all, err := k.List(); err != nil || len(all) != 0 {
		t.Error(all, err)
	}
	if err := k.Sweep(); err != nil {
		t.Error(err)
	}
	if gone, err := k.Prune(); err != nil || len(gone) > 0 {
		t.Error(gone, err)
	}
}
