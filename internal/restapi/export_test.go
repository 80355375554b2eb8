package restapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

// fakeExports answers an export with a few lines.
type fakeExports struct{ *fake }

func (f fakeExports) Export(ExportQuery) (ExportFile, error) {
	return exportOf(func(_ context.Context, w io.Writer) error {
		if err := f.reached(); err != nil {
			return err
		}
		_, err := io.WriteString(w, "{}\n")
		return err
	}), nil
}

func exportOf(write func(ctx context.Context, w io.Writer) error) ExportFile {
	return ExportFile{Name: "oura-events-2026-11-22.jsonl", ContentType: "application/x-ndjson", Write: write}
}

// exporter is a function that exports.
type exporter func(ExportQuery) (ExportFile, error)

func (f exporter) Export(q ExportQuery) (ExportFile, error) { return f(q) }

func exporting(write func(ctx context.Context, w io.Writer) error) http.Handler {
	s := (&fake{}).services()
	s.Exports = exporter(func(ExportQuery) (ExportFile, error) { return exportOf(write), nil })
	return New(s, testOptions)
}

func TestExport_IsAFileToSave(t *testing.T) {
	h := (&fake{}).handler()
	w := ask(t, h, http.MethodGet, "/export", nil)
	if w.Code != http.StatusOK || w.Body.String() != "{}\n" || w.Header().Get("Content-Type") != "application/x-ndjson" ||
		w.Header().Get("Content-Disposition") != `attachment; filename="oura-events-2026-11-22.jsonl"` || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	f := &fake{}
	if w := ask(t, f.handler(), http.MethodHead, "/export", nil); w.Code != http.StatusOK || w.Body.Len() != 0 || f.calls.Load() != 0 {
		t.Errorf("HEAD: %d %q, %d reads", w.Code, w.Body, f.calls.Load())
	}
}

func TestExport_PassesOnWhatIsAskedFor(t *testing.T) {
	var got ExportQuery
	s := (&fake{}).services()
	s.Exports = exporter(func(q ExportQuery) (ExportFile, error) {
		got = q
		return exportOf(func(context.Context, io.Writer) error { return nil }), nil
	})
	h := New(s, testOptions)
	for target, want := range map[string]ExportQuery{
		"/export":               {Format: "jsonl", Kind: "events"},
		"/export?format=sqlite": {Format: "sqlite"},
		"/export?format=csv&kind=documents&data_type=sleep&data_type=daily_sleep&data_type=sleep&start_day=2026-01-01&end_day=2026-11-22&include_deleted=true": {
			Format: "csv", Kind: "documents", Types: []oura.DataType{oura.DailySleep, oura.Sleep}, StartDay: "2026-01-01", EndDay: "2026-11-22", IncludeDeleted: true,
		},
		"/export?event_type=update&source=poll&since=2026-11-22T06:00:00Z&until=2026-11-22T07:00:00Z&q=x&gzip=true": {
			Format: "jsonl", Kind: "events", EventTypes: []oura.Operation{oura.Update}, Sources: []oura.Source{oura.SourcePoll},
			Since: testNow.Add(-time.Hour), Until: testNow, Query: "x", Gzip: true,
		},
	} {
		if w := ask(t, h, http.MethodGet, target, nil); w.Code != http.StatusOK || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d, asked for %+v, want %+v", target, w.Code, got, want)
		}
	}
	for _, target := range []string{
		"/export?format=xml", "/export?kind=secrets", "/export?data_type=../x", "/export?path=/tmp/x", "/export?start_day=today", "/export?gzip=much",
	} {
		wantProblem(t, ask(t, h, http.MethodGet, target, nil), http.StatusUnprocessableEntity, codeInvalid)
	}
}

func TestExport_RefusalsAndEarlyFailuresAreProblems(t *testing.T) {
	s := (&fake{}).services()
	s.Exports = exporter(func(ExportQuery) (ExportFile, error) {
		return ExportFile{}, &oura.Error{Code: oura.CodeInvalid, Message: "Not together."}
	})
	if p := wantProblem(t, ask(t, New(s, testOptions), http.MethodGet, "/export", nil), http.StatusUnprocessableEntity, codeInvalid); p.Detail != "Not together." {
		t.Errorf("%+v", p)
	}
	for code, err := range map[int]error{
		http.StatusServiceUnavailable:  &oura.Error{Code: oura.CodeStorage, Message: "Full."},
		http.StatusTooManyRequests:     &oura.Error{Code: oura.CodeRateLimited, Message: "Two are under way.", RetryAfter: 10 * time.Second},
		http.StatusInternalServerError: errors.New("/secret/path"),
	} {
		w := ask(t, exporting(func(context.Context, io.Writer) error { return err }), http.MethodGet, "/export", nil)
		wantProblem(t, w, code, oura.CodeOf(err))
		if w.Header().Get("Content-Disposition") != "" || strings.Contains(w.Body.String(), "secret") || (code == http.StatusTooManyRequests) != (w.Header().Get("Retry-After") == "10") {
			t.Errorf("%d: %v %s", code, w.Header(), w.Body)
		}
	}
}

// readExport asks over a real connection and returns what came, and whether the
// answer ended as HTTP wants it.
func readExport(t *testing.T, c io.ReadWriter) (text string, err error) {
	t.Helper()
	if _, err := io.WriteString(c, "GET /export HTTP/1.1\r\nHost: "+testHost+"\r\nAuthorization: Bearer "+testToken.Reveal()+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestExport_AFailureInMidStreamBreaksTheConnection(t *testing.T) {
	for name, write := range map[string]func(context.Context, io.Writer) error{
		"one line": func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "{}\n")
			return errors.New("disk gone")
		},
		"many": func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, strings.Repeat("{}\n", 100_000))
			return errors.New("disk gone")
		},
		"a refusal": func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "{}\n")
			return &oura.Error{Code: oura.CodeStorage}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			text, err := readExport(t, serve(t, exporting(write), 1)(0))
			if err == nil {
				t.Errorf("%s: %d bytes that look whole", name, len(text))
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		whole := func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, "{}\n"); return err }
		if text, err := readExport(t, serve(t, exporting(whole), 1)(0)); err != nil || text != "{}\n" {
			t.Errorf("one that goes well: %q, %v", text, err)
		}
	})
}

func TestExport_MayTakeLongerThanOtherAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context, w io.Writer) error {
			for range 20 {
				if _, err := io.WriteString(w, strings.Repeat("x", 5001)); err != nil {
					return err
				}
				select {
				case <-time.After(40 * time.Second):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		}
		if text, err := readExport(t, serve(t, exporting(slow), 1)(0)); err != nil || len(text) != 100_020 {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	})
}

func TestExport_AReaderThatStopsIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		c := serve(t, exporting(func(_ context.Context, w io.Writer) error {
			for {
				if _, err := io.WriteString(w, strings.Repeat("x", 8000)); err != nil {
					ended <- err
					return err
				}
			}
		}), 1)(0)
		if _, err := io.WriteString(c, "GET /export HTTP/1.1\r\nHost: "+testHost+"\r\nAuthorization: Bearer "+testToken.Reveal()+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		<-ended
		if took := time.Since(begin); took != patience {
			t.Errorf("cut off after %v", took)
		}
	})
}

func TestExport_EndsWhenTheCallerGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		c := serve(t, exporting(func(ctx context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, strings.Repeat("x", 8000))
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		}), 1)(0)
		if _, err := io.WriteString(c, "GET /export HTTP/1.1\r\nHost: "+testHost+"\r\nAuthorization: Bearer "+testToken.Reveal()+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		c.Close()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
