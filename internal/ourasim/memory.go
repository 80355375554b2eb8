package ourasim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// New builds the cloud without listeners, for a program that reaches it through
// Memory. It can live in a bubble of testing/synctest. Close ends it.
func New(opt Options) (*Sim, error) {
	s, err := build(opt.withDefaults())
	if err != nil {
		return nil, err
	}
	s.work()
	return s, nil
}

// work starts what runs beside the listeners.
func (s *Sim) work() {
	for range s.opt.Concurrency {
		s.workers.Go(s.deliverAll)
	}
	s.workers.Go(func() { s.out.keepTime(s.ctx, s.clock) })
}

// Memory is a transport that leads to the cloud without a network, whatever host
// a request names. The cloud goes on with a request whose client has left, as
// Oura does.
func (s *Sim) Memory() http.RoundTripper { return memory{s} }

type memory struct{ sim *Sim }

// RoundTrip hands the request to the cloud and waits for its answer.
func (m memory) RoundTrip(req *http.Request) (*http.Response, error) {
	in := req.Clone(context.WithoutCancel(req.Context()))
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close() // read to its end
	}
	in.Body = io.NopCloser(bytes.NewReader(body))
	answer := make(chan *http.Response, 1)
	go func() { answer <- m.sim.answer(in) }()
	select {
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case res := <-answer:
		if res == nil {
			return nil, io.ErrUnexpectedEOF
		}
		res.Request = req
		return res, nil
	}
}

// answer is what the cloud answers, nil when it cuts the connection.
func (s *Sim) answer(r *http.Request) (res *http.Response) {
	defer func() {
		cut := recover()
		if err, ok := cut.(error); cut != nil && !(ok && errors.Is(err, http.ErrAbortHandler)) {
			panic(cut)
		}
	}()
	rec := &recorder{header: http.Header{}}
	s.handler.ServeHTTP(rec, r)
	return &http.Response{
		Status: strconv.Itoa(rec.code()) + " " + http.StatusText(rec.code()), StatusCode: rec.code(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: rec.header, Body: io.NopCloser(&rec.body), ContentLength: int64(rec.body.Len()),
	}
}
