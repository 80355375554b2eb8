package engine

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// follow reads the stream of the local API until the connection ends, and gives
// each id and whether it came with an event.
func (p *program) follow(lastID string) (ids <-chan streamed) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.engine.APIURL()+"/events/stream", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range allowed() {
		req.Header.Set(name, value)
	}
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	res, err := asIs.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("GET /events/stream = %d", res.StatusCode)
	}
	out := make(chan streamed, 1000) // more than a test stores
	go func() {
		defer close(out)
		defer res.Body.Close()
		lines, s := bufio.NewScanner(res.Body), streamed{}
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				s.id = value
			case "event":
				s.event = value
			case "":
				if lines.Text() == "" {
					out <- s
					s = streamed{}
				}
			}
		}
	}()
	return out
}

type streamed struct{ id, event string }

// nextOf waits for one block.
func (p *program) nextOf(ids <-chan streamed) streamed {
	p.t.Helper()
	select {
	case s, open := <-ids:
		if !open {
			p.t.Fatal("the stream ended")
		}
		return s
	case <-time.After(patience):
		p.t.Fatal("nothing came")
	}
	return streamed{}
}

func TestF73_TheStreamGoesOnOverARestartOfTheProgram(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	ids := p.follow("")
	lastID := p.nextOf(ids).id
	began := len(p.events(""))
	var got []string
	for n := range 4 {
		p.put(document(oura.Workout, objectID(oura.Workout, n), 1))
		s := p.nextOf(ids)
		if s.event != "workout" {
			t.Fatalf("%+v, want a workout", s)
		}
		got, lastID = append(got, s.id), s.id
	}
	stopping := time.Now()
	p.stop()
	if took := time.Since(stopping); took > 3*time.Second {
		t.Errorf("with an open stream the program ended in %v", took)
	}
	for range ids { // it ends with the program
		t.Error("something came after the last event")
	}
	p = start(t, sim, opt)
	p.subscribed()
	for n := range 3 { // before the reader is back
		doc := document(oura.Session, objectID(oura.Session, n), 1)
		p.put(doc)
		p.arrives(oura.Session, objectID(oura.Session, n), oura.Create, doc.JSON)
	}
	ids = p.follow(lastID)
	if s := p.nextOf(ids); s.id != lastID || s.event != "" {
		t.Fatalf("opens with %+v, want %s", s, lastID)
	}
	p.put(document(oura.Workout, objectID(oura.Workout, 9), 1)) // and one after it
	var want []string
	p.wait("all events", func() string {
		want = nil
		for _, ev := range p.events("order=asc")[began:] {
			want = append(want, fmt.Sprint(ev.Seq))
		}
		return enough(len(want) >= 8, want)
	})
	for len(got) < len(want) {
		got = append(got, p.nextOf(ids).id)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the stream gave %s, stored are %s", got, want)
	}
}

func enough(ok bool, have []string) string { return want(ok, fmt.Sprint(have)) }
