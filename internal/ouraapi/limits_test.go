package ouraapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS35_BombsAreRefusedWithLittleMemory(t *testing.T) {
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	cases := []struct {
		name string
		send func(w http.ResponseWriter)
	}{
		{"gzip bomb of 64 MB", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			block := bytes.Repeat([]byte("x"), 1<<20)
			_, _ = zip.Write([]byte(`{"a":"`)) // the client hangs up in the middle
			for range 64 {
				if _, err := zip.Write(block); err != nil {
					return
				}
			}
		}},
		{"announced as huge", func(w http.ResponseWriter) { w.Header().Set("Content-Length", "99999999999"); w.WriteHeader(200) }},
		{"arrays 10,000 deep", func(w http.ResponseWriter) { _, _ = io.WriteString(w, deep) }},
		{"objects 33 deep", func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, strings.Repeat(`{"a":`, 33)+"1"+strings.Repeat("}", 33))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, _ := against(t, func(w http.ResponseWriter, _ *http.Request) { c.send(w) })
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := client.Document(t.Context(), oura.Sleep, "a")
			runtime.ReadMemStats(&after)
			if oura.CodeOf(err) != oura.CodeUnavailable || !errors.Is(err, ErrUnparsable) {
				t.Errorf("got %v", err)
			}
			if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 64<<20 {
				t.Errorf("allocated %d MiB on the way", grown>>20)
			}
		})
	}
}

func TestS35_NestingWithinTheLimitAndBracketsInTextPass(t *testing.T) {
	for _, body := range []string{
		`{"a":"` + strings.Repeat(`[{\"`, 5000) + `"}`,
		strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32),
		`{"a":"\\"}`,
	} {
		client, _ := against(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
		got, err := client.Document(t.Context(), oura.Sleep, "a")
		if err != nil || string(got) != body {
			t.Errorf("%.40s: %v", body, err)
		}
	}
}

func TestReadBody_CutAnswerIsAnOutageNotADocument(t *testing.T) {
	client, _ := against(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"id":"a"}`)
	})
	_, err := client.Document(t.Context(), oura.Sleep, "a")
	if oura.CodeOf(err) != oura.CodeUnavailable || errors.Is(err, ErrUnparsable) {
		t.Errorf("got %v", err)
	}
}

func TestReadBody_LargeAnswerComesWhole(t *testing.T) {
	body := `{"a":"` + strings.Repeat("x", 5<<20) + `"}`
	client, _ := against(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
	got, err := client.Document(t.Context(), oura.Sleep, "a")
	if err != nil || string(got) != body {
		t.Errorf("%d bytes of %d, %v", len(got), len(body), err)
	}
}

func TestS30_MalformedFieldsReachNoRequest(t *testing.T) {
	requests := 0
	client := offline(func(*http.Request) (*http.Response, error) { requests++; return respond(200, `{}`), nil })
	for _, id := range []string{"", "../../oauth/token", "a/b?x=", "..", "a b", "ä", "%2e%2e", "a\nb", strings.Repeat("a", 300)} {
		if _, err := client.Document(t.Context(), oura.Sleep, id); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("document %q: %v", id, err)
		}
		if id == "" {
			continue // an empty id is no id of a subscription call
		}
		if err := client.DeleteSubscription(t.Context(), id); oura.CodeOf(err) != oura.CodeNotFound {
			t.Errorf("subscription %q: %v", id, err)
		}
	}
	for _, dt := range []oura.DataType{"../../oauth/token", "unheard_of", oura.Meal, oura.HeartRate, oura.PersonalInfo, ""} {
		if _, err := client.Document(t.Context(), dt, "a"); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("type %q: %v", dt, err)
		}
	}
	if requests != 0 {
		t.Errorf("%d outbound requests, want 0", requests)
	}
}

func TestS54_PageMarkStaysAnOpaqueQueryValue(t *testing.T) {
	const mark = "https://evil.example/?a=b&start_date=1#x"
	var marks, hosts []string
	client := offline(func(r *http.Request) (*http.Response, error) {
		marks = append(marks, r.URL.Query().Get("next_token"))
		hosts = append(hosts, r.URL.Host)
		if len(marks) == 1 {
			return respond(200, `{"data":[],"next_token":"`+mark+`"}`), nil
		}
		return respond(200, `{"data":[],"next_token":null}`), nil
	})
	if err := client.Documents(t.Context(), oura.Sleep, "2026-01-01", "2026-01-02", keepNone); err != nil {
		t.Fatal(err)
	}
	if len(marks) != 2 || marks[1] != mark || hosts[0] != hosts[1] {
		t.Errorf("marks %q at hosts %q", marks, hosts)
	}
}

func TestS54_CredentialsGoToSecureOrLoopbackHostsOnlyAndFollowNoRedirect(t *testing.T) {
	requests := 0
	network := roundTrip(func(*http.Request) (*http.Response, error) {
		requests++
		resp := respond(307, "")
		resp.Header.Set("Location", "https://evil.example/")
		return resp, nil
	})
	for base, want := range map[string]int{
		"http://api.ouraring.com": 0, "ftp://api.ouraring.com": 0, "": 0, "://": 0,
		"https://api.ouraring.com": 1, "http://127.0.0.1:9": 1, "http://localhost:9": 1, "http://[::1]:9": 1,
	} {
		requests = 0
		client := New(Options{BaseURL: base, HTTP: &http.Client{Transport: network}, Tokens: &fakeTokens{}, Credentials: credentials})
		if _, err := client.Document(t.Context(), oura.Sleep, "a"); err == nil || requests != want {
			t.Errorf("%q: %d requests, want %d (%v)", base, requests, want, err)
		}
	}
}

func TestS54_CertificatesAreAlwaysChecked(t *testing.T) {
	for _, dir := range []string{".", "../collect", "../subscribe"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "Insecure"+"SkipVerify") {
				t.Errorf("%s turns certificate checks off", file)
			}
		}
	}
}

func TestErrors_HoldNeitherBodyNorToken(t *testing.T) {
	client := offline(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return respond(500, `{"average_heart_rate":51}`), nil
		}
		return nil, errors.New("no route")
	})
	_, first := client.Document(t.Context(), oura.Sleep, "a")
	_, second := client.Subscribe(context.Background(), NewSubscription{VerificationToken: "verify-me"})
	for _, err := range []error{first, second} {
		for _, secret := range []string{"heart_rate", "token-0", "app-secret", "verify-me"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%q stands in %v", secret, err)
			}
		}
	}
}
