package restapi

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

func TestStream_AnEventIsWhatTheListShows(t *testing.T) {
	s, h := newStore(t)
	c := change(s, 1, oura.Sleep)
	c.Data = []byte(`{"id":"doc-1", "score":1.0, "text":"a\nb \u2028 <b>"}`)
	odd := change(s, 2, "odd\r\ndata: {}\nevent: reset")
	apply(t, s, change(s, 0, oura.DailySleep), c, odd)
	var list []Event
	text := ask(t, h, http.MethodGet, "/events?order=asc", nil).Body.String()
	decode(t, text, &list)
	l := serveStreams(t, s, hubOf(t, s)).dial(t, "?after=0", "")
	head := l.resp.Header
	if l.resp.StatusCode != 200 || head.Get("Content-Type") != streamType || head.Get("Cache-Control") != "no-store" ||
		head.Get("X-Accel-Buffering") != "no" || head.Get("X-Content-Type-Options") != "nosniff" || l.resp.ContentLength != -1 {
		t.Errorf("%d %v", l.resp.StatusCode, head)
	}
	if f := l.want(t); f.id != "0" || f.event != "" || f.data != "" {
		t.Errorf("opens with %+v", f)
	}
	var sent []string
	for _, e := range list {
		f := l.want(t)
		if f.seq(t) != e.Seq || f.event != strings.NewReplacer("\r", "", "\n", "").Replace(e.DataType) {
			t.Errorf("%+v, want event %d of %q", f, e.Seq, e.DataType)
		}
		sent = append(sent, f.data)
	}
	if got := "[" + strings.Join(sent, ",") + "]\n"; got != text {
		t.Errorf("\n got %s\nwant %s", got, text)
	}
}

func TestStream_BeginsWhereItIsAskedTo(t *testing.T) {
	s, _ := newStore(t)
	for n := range 10 {
		apply(t, s, change(s, n, oura.Tag))
	}
	d := serveStreams(t, s, hubOf(t, s))
	for _, c := range []struct {
		query, lastID string
		begins        string
		first         int64
	}{
		{"", "", "10", 11},
		{"?after=0", "", "0", 1},
		{"?after=7", "", "7", 8},
		{"", "4", "4", 5},
		{"", "0", "0", 1},
		{"?after=7", "3", "3", 4},
		{"?after=10", "", "10", 11},
	} {
		l := d.dial(t, c.query, c.lastID)
		if f := l.want(t); f.id != c.begins || f.data != "" {
			t.Errorf("%+v: opens with %+v", c, f)
		}
		if c.first > 10 {
			continue // nothing is there yet
		}
		if got := l.take(t, 1); got[0] != c.first {
			t.Errorf("%+v: first is %d", c, got[0])
		}
	}
	l := d.dial(t, "", "")
	l.want(t)
	apply(t, s, change(s, 10, oura.Tag))
	if got := l.take(t, 1); got[0] != 11 {
		t.Errorf("what comes next is %d, want 11", got[0])
	}
}

func TestStream_BadParametersAreRefused(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for target, want := range map[string]string{
		"?after=-1":          "Parameter after cannot be used as given.",
		"?after=x":           "Parameter after",
		"?data_type=../x":    "Parameter data_type",
		"?event_type=made":   "Parameter event_type",
		"?source=mail":       "Parameter source",
		"?limit=5":           "One of the parameters is not known here. This call takes: after, data_type, event_type, q, source.",
		"?access_token=none": "One of the parameters is not known here.",
	} {
		p := wantProblem(t, ask(t, h, http.MethodGet, "/events/stream"+target, nil), http.StatusUnprocessableEntity, codeInvalid)
		if !strings.HasPrefix(p.Detail, want) {
			t.Errorf("%s: %q", target, p.Detail)
		}
	}
	for _, id := range []string{"x", "-1", "1.5", "99999999999999999999"} {
		w := ask(t, h, http.MethodGet, "/events/stream", func(r *http.Request) { r.Header.Set("Last-Event-ID", id) })
		if p := wantProblem(t, w, http.StatusUnprocessableEntity, codeInvalid); !strings.HasPrefix(p.Detail, "Parameter Last-Event-ID") {
			t.Errorf("%s: %q", id, p.Detail)
		}
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d bad requests reached the store", n)
	}
}

func TestStream_FiltersAreThoseOfTheList(t *testing.T) {
	s, h := newStore(t)
	fill(t, s)
	d := serveStreams(t, s, hubOf(t, s))
	for _, query := range []string{
		"", "data_type=tag", "data_type=tag&data_type=workout", "event_type=create", "source=poll",
		"q=doc-25", "q=no-such-text", "data_type=tag&source=poll&event_type=update&q=doc", "data_type=no_such_type",
	} {
		var list []Event
		decode(t, ask(t, h, http.MethodGet, "/events?limit=1000&order=asc&"+query, nil).Body.String(), &list)
		var want []int64
		for _, e := range list {
			want = append(want, e.Seq)
		}
		if got := d.dial(t, "?after=0&"+query, "").take(t, len(want)); !slices.Equal(got, want) {
			t.Errorf("%s: %d events, want %d of the list", query, len(got), len(want))
		}
	}
}

func TestStream_HeadHasNoBody(t *testing.T) {
	w := ask(t, (&fake{}).handler(), http.MethodHead, "/events/stream", nil)
	if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Type") != streamType {
		t.Errorf("%d %v %q", w.Code, w.Header(), w.Body)
	}
}

func TestStream_LivesBeyondTheServersTimeOutsAndBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(oura.Tag, oura.Sleep)
		l := listen(t, serve(t, s.handler(nil), 1)(0), request(testPort, "", ""))
		began := time.Now()
		for n := range 41 {
			f := l.want(t)
			if f.comment == "" || f.id != "2" || f.data != "" {
				t.Fatalf("beat %d is %+v", n, f)
			}
			if gap := time.Since(began) - time.Duration(n)*14*time.Second; gap > time.Duration(n+1)*time.Second {
				t.Fatalf("beat %d came %v late", n, gap)
			}
		}
		if lived := time.Since(began); lived < 9*time.Minute {
			t.Errorf("forty beats within %v", lived)
		}
		s.put(oura.Tag)
		if f := l.want(t); f.id != "3" || f.event != "tag" {
			t.Errorf("after ten minutes: %+v", f)
		}
	})
}

func TestStream_ARareFilterGetsAheadAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		for range 3*streamSpan + 7 {
			s.put(oura.Tag)
		}
		connect := serve(t, s.handler(nil), 1)
		l := listen(t, connect(0), request(testPort, "?data_type=vo2_max&after=0", ""))
		if f := l.want(t); f.id != "0" {
			t.Fatalf("opens with %+v", f)
		}
		beat := l.want(t)
		if want := fmt.Sprint(3*streamSpan + 7); beat.id != want || beat.data != "" {
			t.Fatalf("beat is %+v, want id %s", beat, want)
		}
		s.put(oura.VO2Max)
		if f := l.want(t); f.event != "vo2_max" || f.seq(t) != 3*streamSpan+8 {
			t.Errorf("the one that matches: %+v", f)
		}
	})
}

func TestS07_RevokedTokenEndsTheStreamWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, known := newShelf(oura.Tag), make(chan []KnownToken, 1)
		known <- testTokens()
		h := s.handler(func(services *Services) {
			services.Tokens = func() []KnownToken { k := <-known; known <- k; return k }
		})
		l := listen(t, serve(t, h, 1)(0), request(testPort, "?after=0", ""))
		l.want(t)
		l.want(t)
		time.Sleep(20*time.Second + time.Millisecond) // the bubble's
		<-known
		known <- nil
		revoked := time.Now()
		s.put(oura.Tag) // of which it must not hear
		for {
			f, err := l.next()
			if err == io.EOF {
				break
			}
			if err != nil || f.data != "" {
				t.Fatalf("after the token was revoked: %+v, %v", f, err)
			}
		}
		if took := time.Since(revoked); took > time.Second {
			t.Errorf("ended after %v", took)
		}
	})
}
