package ourasim

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// front stands before every route of the cloud: it notes the request, plays
// the fault script, compresses, and keeps count of what is under way.
type front struct {
	sim    *Sim
	routes http.Handler
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := f.sim
	if !s.underWay.enter() {
		panic(http.ErrAbortHandler) // the cloud is closing
	}
	defer s.underWay.leave()
	trace := newUUID()
	entry := s.ledger.began(r, trace)
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, entry))

	fault, faulty := s.faults.take(r)
	if faulty {
		s.ledger.note(entry, func(q *Request) { q.Faulty = true })
		s.pause(r.Context(), fault.Delay)
	}
	rec := &recorder{header: http.Header{}}
	if !fault.replaces() {
		f.routes.ServeHTTP(rec, r)
		rec.compress(r)
	}
	if fault.Status != 0 {
		rec = s.faultAnswer(fault)
	}
	rec.header.Set("X-Trace-Id", trace)
	if rec.header.Get("Date") == "" { // a fault may bring its own
		rec.header.Set("Date", s.Now().UTC().Format(http.TimeFormat))
	}
	if fault.Drop || fault.Hang && !fault.CutBody {
		s.breakOff(r.Context(), fault)
	}
	s.ledger.note(entry, func(q *Request) { q.Status = rec.code() })
	if fault.CutBody {
		rec.sendHalf(w)
		s.breakOff(r.Context(), fault)
	}
	rec.send(w)
}

// breakOff waits if the fault hangs and then ends the connection.
func (s *Sim) breakOff(ctx context.Context, f Fault) {
	if f.Hang {
		select {
		case <-ctx.Done():
		case <-s.ctx.Done():
		}
	}
	panic(http.ErrAbortHandler) // net/http's way to cut a connection
}

func (s *Sim) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
}

func (s *Sim) faultAnswer(f Fault) *recorder {
	rec := &recorder{header: http.Header{}}
	switch {
	case f.Body != nil:
		rec.header.Set("Content-Type", "application/json")
		rec.status = f.Status
		rec.body.Write(f.Body)
	case f.Status == http.StatusTooManyRequests:
		s.tooMany(rec, verdict{tier: "application", limit: s.sw.get().AppLimit, retry: time.Second})
	case f.Status == http.StatusBadGateway, f.Status == http.StatusGatewayTimeout:
		answerGateway(rec, f.Status)
	default:
		answerDetail(rec, f.Status, http.StatusText(f.Status))
	}
	for name, value := range f.Headers {
		rec.header.Set(name, value)
	}
	return rec
}

// recorder holds an answer until it is known what becomes of it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// compress packs the body when the client asks for it and it is worth it.
func (r *recorder) compress(req *http.Request) {
	const worth = 512 // bytes; smaller answers fit one packet anyway
	if r.body.Len() < worth || !strings.Contains(req.Header.Get("Accept-Encoding"), "gzip") {
		return
	}
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return
	}
	_, _ = zip.Write(r.body.Bytes()) // a buffer takes everything
	_ = zip.Close()
	r.body = packed
	r.header.Set("Content-Encoding", "gzip")
	r.header.Set("Vary", "Accept-Encoding")
}

func (r *recorder) send(w http.ResponseWriter) { r.sendBytes(w, r.body.Bytes()) }

func (r *recorder) sendHalf(w http.ResponseWriter) {
	r.sendBytes(w, r.body.Bytes()[:r.body.Len()/2])
	_ = http.NewResponseController(w).Flush() // the client may have left
}

func (r *recorder) sendBytes(w http.ResponseWriter, part []byte) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	if r.code() != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(r.body.Len()))
	}
	w.WriteHeader(r.code())
	_, _ = w.Write(part) // the client may have left
}
