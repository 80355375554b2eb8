package ingress

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// badPosts are the ways of S-27 to get a signature wrong.
func badPosts() map[string]*http.Request {
	without := func(header string) *http.Request {
		r := unsigned(vectorTime, vectorBody, vectorMAC)
		r.Header.Del(header)
		return r
	}
	return map[string]*http.Request{
		"no signature":       without("x-oura-signature"),
		"no timestamp":       without("x-oura-timestamp"),
		"an empty one":       unsigned(vectorTime, vectorBody, ""),
		"a short one":        unsigned(vectorTime, vectorBody, vectorMAC[:32]),
		"a long one":         unsigned(vectorTime, vectorBody, vectorMAC+"00"),
		"not hexadecimal":    unsigned(vectorTime, vectorBody, strings.Repeat("z", 64)),
		"with a prefix":      unsigned(vectorTime, vectorBody, "sha256="+vectorMAC),
		"a wrong one":        unsigned(vectorTime, vectorBody, strings.Repeat("0", 64)),
		"a foreign secret's": unsigned(vectorTime, vectorBody, sign("foreign", vectorTime, vectorBody)),
		"a wrong timestamp":  unsigned("x", vectorBody, vectorMAC),
		"out of time":        delivery(begin.Add(-100*time.Hour), vectorBody, secret),
		"no object":          unsigned(vectorTime, "[]", sign(secret, vectorTime, "[]")),
	}
}

func TestS27_AllFailuresLookTheSame(t *testing.T) {
	g := newRig(t, nil)
	_, addr := g.serve(t)
	var first string
	for name, r := range badPosts() {
		text := vectorBody
		if name == "no object" {
			text = "[]"
		}
		c := dial(t, addr)
		if _, err := c.Write(raw(r, text)); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 4096)
		n, err := c.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got := withoutDate(string(buf[:n]))
		if first == "" {
			first = got
		}
		if got != first || !strings.HasPrefix(got, "HTTP/1.1 401 ") {
			t.Errorf("%s: answered %q, another failure %q", name, got, first)
		}
	}
}

func withoutDate(answer string) string {
	var kept []string
	for line := range strings.SplitSeq(answer, "\r\n") {
		if !strings.HasPrefix(line, "Date:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\r\n")
}

func TestS27_TenThousandBadPostsLeaveNoTrace(t *testing.T) {
	file := dbFile(t)
	g := newRig(t, openStore(t, file), func(o *Options) { o.Limits = DefaultLimits() })
	flood := func(n int) {
		for i := 0; i < n; {
			for name, r := range badPosts() {
				i++
				g.forward(time.Millisecond)
				if w := g.do(t, r); w.Code != http.StatusUnauthorized && w.Code != http.StatusTooManyRequests {
					t.Fatalf("%s: answered %d", name, w.Code)
				}
			}
		}
	}
	flood(1000) // warm up: pools, maps
	files, memory, lines, began := sizes(t, file), residentBytes(t), g.lines(), g.clock()
	flood(10_000)
	if grown := residentBytes(t) - memory; grown > 10<<20 {
		t.Errorf("memory grew by %d bytes", grown)
	}
	if got := sizes(t, file); got != files {
		t.Errorf("files changed from %s to %s", files, got)
	}
	if rows := g.kept(t); len(rows) != 0 {
		t.Errorf("%d rows kept", len(rows))
	}
	seconds := int(g.clock().Sub(began) / time.Second)
	if got := g.lines() - lines; got > seconds+1 || got == 0 {
		t.Errorf("%d log lines in %d s", got, seconds)
	}
	if strings.Contains(g.logged.String(), vectorMAC) || strings.Contains(g.logged.String(), "daily_sleep") {
		t.Error("the log repeats what a stranger sent")
	}
}

func sizes(t *testing.T, file string) string {
	t.Helper()
	var b bytes.Buffer
	names, err := filepath.Glob(file + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s:%d ", filepath.Base(name), info.Size())
	}
	return b.String()
}

// residentBytes is what the process takes, elsewhere than on Linux what its heap
// takes.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	runtime.GC()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapInuse)
	}
	var total, resident int64
	if _, err := fmt.Sscan(string(text), &total, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * int64(os.Getpagesize())
}

func TestS27_CountsTheShapeOfFailingHeaders(t *testing.T) {
	g := newRig(t, nil)
	for _, r := range badPosts() {
		g.do(t, r)
	}
	d := g.Diagnostics()
	// "out of time" verifies, so its shape is not a failing one.
	want := map[string]int64{"missing": 1, "0 digits": 1, "32 upper hex": 1, "66 upper hex": 1, "64 base64url": 1, "71 base64": 1, "64 digits": 1, "64 upper hex": 4}
	if !maps.Equal(d.Signatures, want) {
		t.Errorf("signature shapes %v, want %v", d.Signatures, want)
	}
	if d.Timestamps["missing"] != 1 || d.Timestamps["1 base64url"] != 1 || d.Timestamps["10 digits"] != 9 {
		t.Errorf("timestamp shapes %v", d.Timestamps)
	}
	for i := range 1000 {
		g.do(t, unsigned(vectorTime, vectorBody, strings.Repeat("x", i%500)))
	}
	if n := len(g.Diagnostics().Signatures); n > maxShapes+1 {
		t.Errorf("%d shapes are kept apart", n)
	}
}

func TestS35_EncodedBodiesAreRefused(t *testing.T) {
	for _, coding := range []string{"gzip", "GZIP", "deflate", "br", "zstd", "x", "identity, gzip"} {
		g := newRig(t, nil)
		r := unsigned(vectorTime, vectorBody, vectorMAC)
		r.Header.Set("Content-Encoding", coding)
		wantStatus(t, coding, g.do(t, r), http.StatusUnsupportedMediaType)
		if len(g.kept(t)) != 0 {
			t.Errorf("%s: kept", coding)
		}
	}
	g := newRig(t, nil)
	r := unsigned(vectorTime, vectorBody, vectorMAC)
	r.Header.Set("Content-Encoding", "identity")
	wantStatus(t, "identity", g.do(t, r), http.StatusOK)
}

func TestS31_BodySize(t *testing.T) {
	pad := func(n int) string {
		const head, tail = `{"data_type":"sleep","user_id":"user-1","x":"`, `"}`
		return head + strings.Repeat("a", n-len(head)-len(tail)) + tail
	}
	for n, want := range map[int]int{MaxBody: 200, MaxBody + 1: 413, 1 << 20: 413} {
		for _, chunked := range []bool{false, true} {
			g := newRig(t, nil)
			r := delivery(begin, pad(n), secret)
			if chunked {
				r.ContentLength = -1
			}
			wantStatus(t, fmt.Sprintf("%d bytes, chunked %v", n, chunked), g.do(t, r), want)
		}
	}
}

func TestS33_FloodOfFailuresDoesNotKeepGoodOnesOut(t *testing.T) {
	for name, floodFrom := range map[string]string{"the same source": "192.0.2.1:1", "another source": "198.51.100.7:2"} {
		g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
		refusedGood, limited := 0, 0
		for i := range 2020 { // 10 s
			g.forward(10 * time.Second / 2020)
			if i%101 != 100 {
				bad := unsigned(vectorTime, vectorBody, strings.Repeat("0", 64))
				bad.RemoteAddr = floodFrom
				if w := g.do(t, bad); w.Code == http.StatusTooManyRequests {
					limited++
				}
				continue
			}
			good := delivery(g.clock(), body(oura.Sleep, fmt.Sprint(i)), secret)
			good.RemoteAddr = "192.0.2.1:1"
			if w := g.do(t, good); w.Code != http.StatusOK {
				refusedGood++
			}
		}
		if rows := g.kept(t); refusedGood != 0 || len(rows) != 20 {
			t.Errorf("%s: %d good ones kept, %d refused", name, len(rows), refusedGood)
		}
		if limited < 1900 {
			t.Errorf("%s: only %d of 2000 bad ones were told to wait", name, limited)
		}
	}
}

// TestF26_UnsignedFlood: however fast one source floods, Oura's own deliveries
// land at the first try.
func TestF26_UnsignedFlood(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
	for i := range 20 {
		for range 300 { // in no time at all
			bad := unsigned(vectorTime, vectorBody, "")
			bad.RemoteAddr = "198.51.100.7:1"
			g.do(t, bad)
		}
		wantStatus(t, "a good one", g.post(t, body(oura.Sleep, fmt.Sprint(i)), secret), http.StatusOK)
	}
	if rows := g.kept(t); len(rows) != 20 {
		t.Errorf("%d of 20 good ones kept", len(rows))
	}
}

// From many sources no single one goes beyond its own allowance.
func TestS33_OverallRate(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
	flood := func(n int) (refused int) {
		for i := range n {
			bad := unsigned(vectorTime, vectorBody, strings.Repeat("0", 64))
			bad.RemoteAddr = fmt.Sprintf("198.51.%d.%d:1", i/250, i%250)
			switch w := g.do(t, bad); {
			case w.Code == http.StatusUnauthorized:
				refused++
			case w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || w.Header().Get("Connection") != "close":
				t.Fatalf("answered %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
			}
		}
		return refused
	}
	if got := flood(1000); got != 400 {
		t.Errorf("%d of a burst of 1000 answered in full, want 400", got)
	}
	wantStatus(t, "a good delivery in the flood", g.post(t, body(oura.Sleep, "good"), secret), http.StatusOK)
	if w := ask(t, g, query(token.Reveal(), "abc")); w.Code != http.StatusOK {
		t.Errorf("a handshake in the flood got %d", w.Code)
	}
	g.forward(time.Second)
	if got := flood(1000); got != 200 {
		t.Errorf("%d a second later, want 200", got)
	}
}

func TestS34_SpoofedForwardingHeadersDoNotChangeTheSource(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
	limited := 0
	for i := range 100 {
		r := unsigned(vectorTime, vectorBody, strings.Repeat("0", 64))
		for _, header := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip"} {
			r.Header.Set(header, fmt.Sprintf("203.0.113.%d", i))
		}
		if w := g.do(t, r); w.Code == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited != 95 {
		t.Errorf("%d of 100 were told to wait, want 95", limited)
	}
}

func TestGate_RemembersABoundedNumberOfSources(t *testing.T) {
	g := gate{limits: DefaultLimits()}
	for i := range 5000 {
		g.failure(fmt.Sprint(i), begin)
	}
	if n := len(g.failed); n > maxSources+1 {
		t.Errorf("%d sources remembered", n)
	}
	g.failure("one more", begin.Add(time.Minute))
	if n := len(g.failed); n != 1 {
		t.Errorf("%d sources remembered after a minute of peace, want 1", n)
	}
}

func TestRemoteHost_TakesAWholeIPv6NetworkAsOne(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[2001:db8:1:2:3::4]:80": "2001:db8:1:2::/64", "[2001:db8:1:2::9]:1": "2001:db8:1:2::/64", "pipe": "pipe",
	} {
		if got := remoteHost(&http.Request{RemoteAddr: addr}); got != want {
			t.Errorf("source of %s is %q, want %q", addr, got, want)
		}
	}
}
