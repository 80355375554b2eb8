package ngroktest

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"time"
)

// Codes the public sees in the header "ngrok-error-code".
const (
	codeOffline   = "ERR_NGROK_3200"
	codeBadAnswer = "ERR_NGROK_3004"
)

// door is one public port.
type door struct {
	edge   *Edge
	url    string
	server *http.Server
}

// openDoor opens a public port and makes it the present one.
func (e *Edge) openDoor() error {
	l, err := e.listen()
	if err != nil {
		return err
	}
	d := &door{edge: e, url: "http://" + l.Addr().String()}
	if e.opt.TLS {
		d.url = "https://" + l.Addr().String()
	}
	d.server = &http.Server{
		Protocols: new(http.Protocols), // set below: HTTP/2 serves requests that its connection does not wait for
		Handler:   d, ReadHeaderTimeout: 10 * time.Second, TLSConfig: e.tlsConfig(),
		ErrorLog: log.New(io.Discard, "", 0), ConnState: e.countConn,
	}
	d.server.Protocols.SetHTTP1(true)
	opened := e.begin()
	e.change(func() { e.doors = append(e.doors, d) })
	if !opened {
		_ = l.Close() // nobody came
		return nil
	}
	go func() {
		defer e.work.Done()
		d.serve(l)
	}()
	return nil
}

// serve runs until the server is closed, which its error tells and nothing else.
func (d *door) serve(l net.Listener) {
	if d.edge.opt.TLS {
		_ = d.server.ServeTLS(l, "", "")
		return
	}
	_ = d.server.Serve(l)
}

// countConn books each public connection for as long as it is served. New ones
// are counted by the door's own goroutine, so never after Close has done waiting.
func (e *Edge) countConn(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		e.work.Add(1)
	case http.StateClosed, http.StateHijacked:
		e.work.Done()
	case http.StateActive, http.StateIdle:
	}
}

// ServeHTTP hands the request to the agent whose endpoint is asked for.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if code := tell(d.edge, func() string { return d.edge.controls.turnAway }); code != "" {
		fail(w, http.StatusForbidden, code, "Your account's allowance is used up.")
		return
	}
	ep := tell(d.edge, func() *endpoint { return d.edge.routeLocked(d, r.Host) })
	if ep == nil {
		fail(w, http.StatusNotFound, codeOffline, fmt.Sprintf("The endpoint %s is offline.", r.Host))
		return
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: ep.rewrite, Transport: ep.via, ErrorLog: d.server.ErrorLog,
		ModifyResponse: d.edge.noteStatus,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			fail(w, http.StatusBadGateway, codeBadAnswer, "The program behind this address sent no proper answer.")
		},
	}
	proxy.ServeHTTP(w, r)
}

// noteStatus records what an agent answered.
func (e *Edge) noteStatus(r *http.Response) error {
	e.change(func() { e.records.statuses[r.StatusCode]++ })
	return nil
}

// rewrite says to the agent what ngrok says: who is asked, over https, and, as
// the last of X-Forwarded-For, who asks.
func (ep *endpoint) rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", ep.host, ep.host
	came := slices.Concat(r.In.Header.Values("X-Forwarded-For"), []string{ClientIP})
	r.Out.Header.Set("X-Forwarded-For", strings.Join(came, ", "))
	r.Out.Header.Set("X-Forwarded-Host", ep.host)
	r.Out.Header.Set("X-Forwarded-Proto", "https")
}

func fail(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("ngrok-error-code", code)
	http.Error(w, text+"\r\n\r\n"+code, status)
}
