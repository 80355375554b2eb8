package sqlite

import (
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// TestTakeStep_AFailureOfTheDiskLeavesNothing fails the transaction at each of the
// tables that a step writes, in the middle of the step.
func TestTakeStep_AFailureOfTheDiskLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	j, err := s.AddJob(t.Context(), Job{UserID: "user-1", Kind: JobAsked, From: "2026-11-01", To: "2026-11-22", Types: []oura.DataType{oura.HeartRate}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.UnixMilli(genStart).UTC()
	st := Step{
		JobID: j.ID, UserID: "user-1", ReceivedAt: at, Close: true,
		Part:    Part{DataType: oura.HeartRate, State: PartRead, CutTo: "2026-11-22", Found: 1},
		Changes: []Change{testChange("o", `{"v":1}`, 7)}, Samples: []Sample{{At: at, Value: 60}},
		Asked: []Asked{{UserID: "user-1", DataType: oura.HeartRate, From: "2026-11-20", To: "2026-11-22", At: at, Outcome: AskOK}},
	}
	tables := []string{"document", "sample_day", "event", "coverage", "progress", "counter"}
	for _, table := range tables {
		execFile(t, path, `CREATE TRIGGER fail BEFORE INSERT ON `+table+` BEGIN SELECT RAISE(ABORT, 'fault'); END`)
		if done, err := s.TakeStep(t.Context(), st); err == nil {
			t.Errorf("a fault at %s was not told: %+v", table, done)
		}
		execFile(t, path, `DROP TRIGGER fail`)
		for _, other := range tables {
			if n := countRows(t, s, other); n != 0 {
				t.Errorf("a fault at %s left %d rows in %s", table, n, other)
			}
		}
	}
	done, err := s.TakeStep(t.Context(), st)
	if err != nil || done.New != 2 || done.Part.Documents != 1 || done.Part.Samples != 1 {
		t.Errorf("without faults: %+v, %v", done, err)
	}
	for i, table := range tables {
		if n, want := countRows(t, s, table), []int{1, 1, 2, 3, 1, 1}[i]; n != want {
			t.Errorf("%d rows in %s, want %d", n, table, want)
		}
	}
	if got, err := openAt(t, path).Job(t.Context(), j.ID); err != nil || len(got.Parts) != 1 || !reflect.DeepEqual(got.Parts[0], done.Part) {
		t.Errorf("read again: %+v, %v", got, err)
	}
}

// TestTakeStep_AStepSpoilsNoOther runs a failing step in one batch with others.
func TestTakeStep_AStepSpoilsNoOther(t *testing.T) {
	s := openStore(t)
	j, err := s.AddJob(t.Context(), Job{UserID: "user-1", Kind: JobAsked, To: "2026-11-22", Types: []oura.DataType{oura.DailySleep}})
	if err != nil {
		t.Fatal(err)
	}
	release := holdWriter(t, s)
	errs := make(chan error)
	take := func(job int64, object string) {
		_, err := s.TakeStep(t.Context(), Step{
			JobID: job, UserID: "user-1", Part: Part{DataType: oura.DailySleep, State: PartReading},
			Changes: []Change{testChange(object, `{"v":1}`, 1)}, ReceivedAt: time.UnixMilli(genStart),
		})
		errs <- err
	}
	for i, job := range []int64{j.ID, 99, j.ID} {
		go take(job, string(rune('a'+i)))
	}
	for len(s.writer.jobs) < 3 {
		runtime.Gosched()
	}
	release()
	failed := 0
	for range 3 {
		if err := <-errs; err != nil {
			failed++
		}
	}
	if failed != 1 || countRows(t, s, "document") != 2 {
		t.Errorf("%d steps failed, %d documents are stored", failed, countRows(t, s, "document"))
	}
	if got, err := s.Job(t.Context(), j.ID); err != nil || got.Parts[0].Documents != 2 {
		t.Errorf("job %+v, %v; a step that ran twice was counted twice", got, err)
	}
}
