package ourasim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// answerJSON writes v as Oura writes JSON: no HTML escapes, no line end.
func answerJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answerRaw(w, status, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func answerRaw(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that left needs no answer
}

type detail struct {
	Detail string `json:"detail"`
}

// problem is the RFC 7807 shape of the error page.
type problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

func answerDetail(w http.ResponseWriter, status int, text string) {
	answerJSON(w, status, detail{text})
}

func answerProblem(w http.ResponseWriter, status int, text string) {
	answerJSON(w, status, problem{status, http.StatusText(status), text})
}

// invalid is one entry of a 422 answer.
type invalid struct {
	Type  string         `json:"type"`
	Loc   []any          `json:"loc"`
	Msg   string         `json:"msg"`
	Input any            `json:"input"`
	Ctx   map[string]any `json:"ctx,omitempty"`
	URL   string         `json:"url"`
}

func answerInvalid(w http.ResponseWriter, found ...invalid) {
	for i := range found {
		found[i].URL = "https://errors.pydantic.dev/2.11/v/" + found[i].Type
	}
	answerJSON(w, http.StatusUnprocessableEntity, map[string]any{"detail": found})
}

// answerGateway writes the HTML that stands in for Oura when its front gives up.
func answerGateway(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Server", "CloudFront")
	w.WriteHeader(status)
	_, _ = w.Write(gatewayPage(status)) // a client that left needs no answer
}

func gatewayPage(status int) []byte {
	return fmt.Appendf(nil, `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD>
<BODY><H1>%d ERROR</H1><H2>The request could not be satisfied.</H2><HR noshade size="1px">
CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection.
</BODY></HTML>`, status)
}
