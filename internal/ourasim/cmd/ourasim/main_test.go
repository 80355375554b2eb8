package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestRun_PrintsOneLineAndServes(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"--days", "3", "--client-id", "me", "--redirect", "http://localhost:1/a", "--redirect", "http://localhost:1/b"}, in, io.Discard)
		_ = in.Close()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("no line: ", <-done)
	}
	var ready struct {
		Ready bool              `json:"ready"`
		URLs  map[string]string `json:"urls"`
	}
	if err := json.Unmarshal(lines.Bytes(), &ready); err != nil || !ready.Ready {
		t.Fatalf("%s: %v", lines.Text(), err)
	}
	for address, want := range map[string]int{
		ready.URLs["control"] + "/state": 200,
		ready.URLs["authorize"] + "?response_type=code&client_id=me&redirect_uri=http://localhost:1/b":             200,
		ready.URLs["authorize"] + "?response_type=code&client_id=me&redirect_uri=http://localhost:1/c":             400,
		ready.URLs["new_authorize"] + "?response_type=code&client_id=sim-client&redirect_uri=http://localhost:1/a": 400,
	} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %s, want %d", address, res.Status, want)
		}
	}
	stop()
	if lines.Scan() {
		t.Errorf("a second line: %s", lines.Text())
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRun_RefusesWhatItCannotDo(t *testing.T) {
	for _, args := range [][]string{{"--nonsense"}, {"--port", "-4", "--days", "0"}} {
		var complaint strings.Builder
		if err := run(t.Context(), args, io.Discard, &complaint); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}
