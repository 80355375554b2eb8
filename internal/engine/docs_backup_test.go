package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

const exampleBackup = "oura_streaming-2026-11-22T031500Z.db"

// backupExamples returns the blocks of docs/backup.md in one language, with the
// name of a real backup.
func backupExamples(t *testing.T, language, name string) (out []string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "backup.md"))
	must(t, err)
	for _, block := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		out = append(out, strings.ReplaceAll(block[1], exampleBackup, name))
	}
	return out
}

func TestDocsBackup_LookingInside(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("sqlite3 is not installed")
	}
	p := settled(t)
	made := p.backUp()
	dir := filepath.Join(p.opt.DataDir, backupFolder)
	open := "file:" + made.Name + "?immutable=1"
	if !strings.Contains(strings.Join(backupExamples(t, "sh", made.Name), ""), "sqlite3 '"+open+"'") {
		t.Error("the page opens a backup in another way")
	}
	for _, text := range backupExamples(t, "sql", made.Name) {
		for _, statement := range strings.Split(text, "\n\n") {
			shell := exec.CommandContext(t.Context(), "sqlite3", "-bail", open)
			shell.Dir, shell.Stdin = dir, strings.NewReader(statement)
			out, err := shell.CombinedOutput()
			if err != nil || len(out) < 10 {
				t.Errorf("%s\nsaid %q, %v", statement, out, err)
			}
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, made.Name+"?*")); err != nil || len(left) > 0 {
		t.Errorf("left beside it: %q, %v", left, err)
	}
}

// TestDocsBackup_ByHand does what the page says, after an end and after a crash.
func TestDocsBackup_ByHand(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell here")
	}
	for name, c := range map[string]struct {
		end     func(*program)
		trouble string
	}{
		"after an end":  {(*program).stop, status.StoreReplaced},
		"after a crash": {(*program).killed, status.StoreCut},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := settled(t)
			made := p.backUp()
			p.put(document(oura.Workout, "later", 1))
			p.arrives(oura.Workout, "later", oura.Create, document(oura.Workout, "later", 1).JSON)
			last := p.lastSeq()
			c.end(p)
			ran := 0
			for _, text := range backupExamples(t, "sh", made.Name) {
				if !strings.Contains(text, "cp backups/") {
					continue
				}
				shell := exec.CommandContext(t.Context(), "sh", "-eu", "-c", text)
				shell.Dir = p.opt.DataDir
				out, err := shell.CombinedOutput()
				if err != nil {
					t.Fatalf("%s, %v", out, err)
				}
				ran++
			}
			if ran != 1 {
				t.Fatalf("the page has %d ways to do it by hand", ran)
			}
			p = start(t, p.sim, p.opt)
			if !p.hasTrouble(c.trouble) {
				t.Errorf("no trouble %s: %+v", c.trouble, p.engine.Status().Snapshot().Troubles)
			}
			p.whole()
			if ev := p.newestOf(oura.Workout, "later"); ev.Seq <= last {
				t.Errorf("what came after the backup is event %d, the last one was %d", ev.Seq, last)
			}
		})
	}
}
