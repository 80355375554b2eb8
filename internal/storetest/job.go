package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// addJob stores a job over all its types from aDay to today.
func addJob(t testing.TB, s Store, types ...oura.DataType) sqlite.Job {
	t.Helper()
	j, err := s.AddJob(t.Context(), sqlite.Job{
		UserID: "user-1", Kind: sqlite.JobAsked, From: aDay, To: today, Types: types, Created: on(0),
	})
	must(t, err)
	return j
}

func wantJob(t testing.TB, s Store, want sqlite.Job) {
	t.Helper()
	if got, err := s.Job(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("job %+v, %v\nwant %+v", got, err, want)
	}
}

func testJobs(t *testing.T, s Store) {
	ctx := t.Context()
	first := addJob(t, s, oura.Sleep, oura.HeartRate)
	if first.ID == 0 || first.State != sqlite.JobOpen {
		t.Errorf("a new job: %+v", first)
	}
	wantJob(t, s, first)
	history, err := s.AddJob(ctx, sqlite.Job{UserID: "user-1", Kind: sqlite.JobHistory, To: today, Types: []oura.DataType{oura.Tag}})
	must(t, err)
	if history.ID <= first.ID || history.Created.IsZero() || history.From != "" {
		t.Errorf("a second job: %+v", history)
	}
	set, err := s.SetJob(ctx, history.ID, func(j *sqlite.Job) {
		j.State, j.Next, j.EmptyDays, j.From, j.Ended = sqlite.JobDone, "2020-02-29", 365, "2019-03-01", on(9)
		j.UserID, j.Kind, j.Types = "nobody", sqlite.JobAsked, nil // not for changing
	})
	if err == nil || oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a job without types was taken: %+v, %v", set, err)
	}
	wantJob(t, s, history)
	set, err = s.SetJob(ctx, history.ID, func(j *sqlite.Job) {
		j.State, j.Next, j.EmptyDays, j.From, j.Ended = sqlite.JobDone, "2020-02-29", 365, "2019-03-01", on(9)
		j.UserID, j.Created = "nobody", on(1) // not for changing
	})
	history.State, history.Next, history.EmptyDays, history.From, history.Ended = sqlite.JobDone, "2020-02-29", 365, "2019-03-01", on(9)
	if err != nil || !reflect.DeepEqual(set, history) {
		t.Errorf("changed: %+v, %v", set, err)
	}
	wantJob(t, s, history)
	if _, err := s.SetJob(ctx, 99, func(*sqlite.Job) { t.Error("called") }); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("change a job that is none: %v", err)
	}
	if _, err := s.Job(ctx, 99); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("a job that is none: %v", err)
	}
	for limit, want := range map[int][]int64{0: {history.ID, first.ID}, 1: {history.ID}} {
		if got, err := s.Jobs(ctx, "user-1", limit); err != nil || !slices.Equal(jobIDs(got), want) {
			t.Errorf("the newest %d: %v, %v", limit, jobIDs(got), err)
		}
	}
	if got, err := s.Jobs(ctx, "user-2", 0); err != nil || len(got) != 0 {
		t.Errorf("jobs of another user: %v, %v", got, err)
	}
}

func jobIDs(jobs []sqlite.Job) (out []int64) {
	for _, j := range jobs {
		out = append(out, j.ID)
	}
	return out
}

func testBadJobs(t *testing.T, s Store) {
	for name, spoil := range map[string]func(*sqlite.Job){
		"nobody's":                func(j *sqlite.Job) { j.UserID = "" },
		"of no types":             func(j *sqlite.Job) { j.Types = nil },
		"of an unknown kind":      func(j *sqlite.Job) { j.Kind = "wish" },
		"in an unknown state":     func(j *sqlite.Job) { j.State = "asleep" },
		"without an end":          func(j *sqlite.Job) { j.To = "" },
		"from a day that is none": func(j *sqlite.Job) { j.From = "2025-02-30" },
	} {
		j := sqlite.Job{UserID: "user-1", Kind: sqlite.JobAsked, From: aDay, To: today, Types: []oura.DataType{oura.Sleep}}
		spoil(&j)
		if _, err := s.AddJob(t.Context(), j); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("a job %s: %v", name, err)
		}
	}
}

func testOldJobs(t *testing.T, s Store) {
	history, err := s.AddJob(t.Context(), sqlite.Job{
		UserID: "user-1", Kind: sqlite.JobHistory, State: sqlite.JobDone, To: "2026-10-01", Types: []oura.DataType{oura.Sleep},
	})
	must(t, err)
	var ids []int64
	for i := range 6 {
		j := addJob(t, s, oura.Sleep)
		ids = append(ids, j.ID)
		_, err := s.TakeStep(t.Context(), sqlite.Step{JobID: j.ID, UserID: "user-1", Part: sqlite.Part{DataType: oura.Sleep}, ReceivedAt: on(1)})
		must(t, err)
		if i == 0 || i == 5 {
			continue // stays open
		}
		_, err = s.SetJob(t.Context(), j.ID, func(j *sqlite.Job) { j.State = sqlite.JobCancelled })
		must(t, err)
	}
	if n, err := s.DeleteOldJobs(t.Context(), 2); err != nil || n != 2 {
		t.Errorf("deleted %d, %v", n, err)
	}
	left, err := s.Jobs(t.Context(), "user-1", 0)
	if want := []int64{ids[5], ids[4], ids[3], ids[0], history.ID}; err != nil || !slices.Equal(jobIDs(left), want) {
		t.Errorf("left %v, want %v, %v", jobIDs(left), want, err)
	}
	if again := addJob(t, s, oura.Sleep); again.ID <= ids[5] {
		t.Errorf("number %d was given twice", again.ID)
	}
}

// day1 is a time at which steps of these tests come in.
var day1 = on(10).Add(time.Hour)
