//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// cloudDocument is a document of today with n in it.
func cloudDocument(dt oura.DataType, id string, n int) ourasim.Doc {
	today := string(oura.DayOf(time.Now()))
	fields := map[string]any{"id": id, "n": n}
	if info, _ := oura.Lookup(dt); info.Dated {
		fields[info.Key] = today + "T12:00:00+00:00"
		fields[info.Day] = today
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // maps of plain values always marshal
	}
	return ourasim.Doc{Type: dt, ID: id, JSON: text}
}

// change puts one document of each type and one row of each series into the cloud
// and tells nobody.
func (i *installation) change(id string, n int) {
	i.t.Helper()
	for _, dt := range oura.Fetchable() {
		if _, err := i.sim.PutQuiet(cloudDocument(dt, id, n)); err != nil {
			i.t.Fatal(err)
		}
	}
	at := time.Now().UTC().Truncate(time.Second)
	row := fmt.Appendf(nil, `{"timestamp":%q,"bpm":%d,"source":"rest"}`, at.Format(time.RFC3339), 50+n)
	i.sim.AddRows(oura.HeartRate, ourasim.Row{TimeMS: at.UnixMilli(), JSON: row})
}

// lacks lists what the program does not have as the cloud has it.
func (i *installation) lacks() (out []string) {
	i.t.Helper()
	for _, dt := range oura.Fetchable() {
		var here []struct {
			ObjectID string `json:"object_id"`
			Data     json.RawMessage
		}
		i.ask(http.MethodGet, "/documents/"+string(dt), &here)
		for _, held := range i.sim.Ledger().Documents(dt) {
			same := slices.ContainsFunc(here, func(d struct {
				ObjectID string `json:"object_id"`
				Data     json.RawMessage
			}) bool {
				return d.ObjectID == held.ID && bytes.Equal(d.Data, held.JSON)
			})
			if !same {
				out = append(out, string(dt)+" "+held.ID)
			}
		}
	}
	var rows []struct{ Value int }
	hours := url.Values{"start": {time.Now().Add(-time.Hour).Format(time.RFC3339)}, "end": {time.Now().Add(time.Hour).Format(time.RFC3339)}}
	i.ask(http.MethodGet, "/samples/heartrate?"+hours.Encode(), &rows)
	if n := len(i.sim.Ledger().Rows(oura.HeartRate)); n != len(rows) {
		out = append(out, fmt.Sprintf("%d of %d heart rates", len(rows), n))
	}
	return out
}

// quiet waits until the cloud was not asked for some time.
func (i *installation) quiet(d time.Duration) {
	i.t.Helper()
	last, since := -1, time.Now()
	i.until("an end of the requests", func() bool {
		if n := i.sim.Ledger().RequestCount(); n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) >= d
	})
}

// TestF55_TheProgramCatchesUpWithinAMinuteOfBeingSuspended stops the real program
// for longer than it takes for a late timer, and goes on without webhooks and
// well before its next regular look.
func TestF55_TheProgramCatchesUpWithinAMinuteOfBeingSuspended(t *testing.T) {
	if testing.Short() {
		t.Skip("suspends the program for 80 s")
	}
	t.Parallel()
	const stopped, regular = 80 * time.Second, 5 * time.Minute
	i := newInstallation(t)
	i.change("old", 1)
	program := i.headlessChild(program(t), append(i.settings(), "OURA_MODE=polling")...)
	if _, err := ourasim.Approve(t.Context(), i.beginByAPI()); err != nil {
		t.Fatal(err)
	}
	signedIn := time.Now()
	i.until("the first round", func() bool { return len(i.lacks()) == 0 })
	i.quiet(3 * time.Second) // it rests

	if err := program.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	<-time.After(time.Second) // what is under way comes in
	i.change("old", 2)
	i.change("new", 1)
	asked := i.sim.Ledger().RequestCount()
	<-time.After(stopped)
	if n := i.sim.Ledger().RequestCount(); n != asked {
		t.Fatalf("%d requests of a suspended program", n-asked)
	}
	if err := program.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	resumed := time.Now()
	missing := i.lacks()
	for len(missing) > 0 && time.Since(resumed) < time.Minute {
		<-time.After(50 * time.Millisecond)
		missing = i.lacks()
	}
	took := time.Since(resumed)
	if len(missing) > 0 {
		t.Errorf("%v after it went on the program lacks %v", took, missing)
	}
	if since := time.Since(signedIn); since > regular-10*time.Second {
		t.Errorf("%v have passed since the sign-in: the regular look may have brought it", since)
	}
	t.Logf("caught up %v after %v of suspension, with %d requests", took, stopped, i.sim.Ledger().RequestCount()-asked)
}
