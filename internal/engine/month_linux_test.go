package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

const (
	monthChild  = "OURA_STREAMING_MONTH_CHILD"
	leastWarmUp = 2_500 // events
)

// monthEvents is how many events F-81 lets come; OURA_EVENTS=100000 is the fault
// matrix's figure.
func monthEvents(t *testing.T) int {
	t.Helper()
	text := os.Getenv("OURA_EVENTS")
	if text == "" {
		return 4_000
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

// home is where that program lives.
type home struct {
	DataDir, KeyFile string
	Port             int
	Environ          []string
	Hosts            config.Hosts
}

// household is what a program that runs for long may not take more and more of.
type household struct {
	RSS        int64 // bytes, after the garbage is gone
	Goroutines int
	Files      int // open ones and connections
}

type households []household

// of picks each figure for itself.
func (all households) of(pick func([]int64) int64) household {
	var rss, goroutines, files []int64
	for _, h := range all {
		rss, goroutines, files = append(rss, h.RSS), append(goroutines, int64(h.Goroutines)), append(files, int64(h.Files))
	}
	return household{pick(rss), int(pick(goroutines)), int(pick(files))}
}

// TestF81_Child is no test: it is the program of the next one, alone in its process.
func TestF81_Child(t *testing.T) {
	text := os.Getenv(monthChild)
	if text == "" {
		t.Skip("runs only as a child of TestF81F82_AMonthOfEvents")
	}
	var h home
	must(t, json.Unmarshal([]byte(text), &h))
	p := start(t, nil, Options{
		DataDir: h.DataDir, KeyFile: h.KeyFile, Port: h.Port, Environ: h.Environ, Hosts: h.Hosts, Version: "test",
		Log: NewLog(os.Stderr, config.DefaultLogLevel),
	}, unlimited)
	p.signIn()
	p.subscribed()
	said := json.NewEncoder(os.Stdout)
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		must(t, said.Encode(p.household()))
	}
}

// unlimited takes away the limit of requests that Oura's own limit asks for.
func unlimited(e *Engine) {
	e.fetch = collect.NewFetcher(collect.Options{
		Store: e.store, Troubles: e.status, UserID: e.connectedUser, Paused: e.isPaused, Traffic: &e.traffic, Log: e.log,
		API: ouraapi.New(ouraapi.Options{BaseURL: e.opt.Hosts.API, Tokens: e.auth, Budget: rate.NewLimiter(rate.Inf, 1), Log: e.log}),
	})
}

func (p *program) household() (h household) {
	p.t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	must(p.t, err)
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &h.RSS); err == nil {
			h.RSS <<= 10
		}
	}
	files, err := os.ReadDir("/proc/self/fd")
	must(p.t, err)
	h.Files, h.Goroutines = len(files), runtime.NumGoroutine()
	return h
}

// month is the other program, and what comes to it.
type month struct {
	*testing.T
	sim    *ourasim.Sim
	opt    Options
	ask    io.Writer
	out    *bufio.Scanner
	said   atomic.Int64 // bytes of its log
	seen   atomic.Int64 // events that a reader of the stream got
	put    int
	looks  households
	maxWAL int64
}

// TestF81F82_AMonthOfEvents announces changes to a whole program, which fetches,
// stores and streams each. After a warm-up nothing it holds grows any more. Connections
// and short work come and go: the most of the warm-up is held against the less of the
// last two looks, in which what was never given back shows all the same.
func TestF81F82_AMonthOfEvents(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector keeps memory of its own")
	}
	m, total := newMonth(t), monthEvents(t)
	warmUp := max(total/5, leastWarmUp)
	m.events(warmUp)
	warm, saidBefore := m.looks.of(slices.Max), m.said.Load()
	began := time.Now()
	m.events(total - warmUp)
	end, took := m.looks[len(m.looks)-2:].of(slices.Min), time.Since(began)
	t.Logf("%d events, %.0f a second; %+v at most in the warm-up, %+v in the end; WAL %d MB at most", total, float64(total-warmUp)/took.Seconds(), warm, end, m.maxWAL>>20)
	for what, grew := range map[string][2]float64{
		"memory": {float64(warm.RSS), float64(end.RSS)}, "goroutines": {float64(warm.Goroutines), float64(end.Goroutines)}, "open files": {float64(warm.Files), float64(end.Files)},
	} {
		if grew[1] > 1.1*grew[0] {
			t.Errorf("%s grew from %.0f to %.0f, more than 10 %%", what, grew[0], grew[1])
		}
	}
	if m.maxWAL > 64<<20 {
		t.Errorf("the WAL had %d bytes", m.maxWAL)
	}
	for name, size := range m.files() {
		if size > 64<<10 {
			t.Errorf("beside the database there is %s with %d bytes", name, size)
		}
	}
	if more := m.said.Load() - saidBefore; more > 16<<10 {
		t.Errorf("%d bytes of log for %d events", more, total)
	}
}

// newMonth starts the program on a store of its own and returns once all is
// subscribed and somebody reads its stream.
func newMonth(t *testing.T) *month {
	sim, port := cloud(t, func(o *ourasim.Options) {
		o.Concurrency, o.KeepEntries = 16, 1000
		sw := ourasim.DefaultSwitches()
		sw.TokenLimit, sw.AppLimit = 0, 0
		o.Switches = &sw
	})
	m := &month{T: t, sim: sim, opt: options(t, sim, port)}
	text, err := json.Marshal(home{m.opt.DataDir, m.opt.KeyFile, m.opt.Port, m.opt.Environ, m.opt.Hosts})
	must(t, err)
	child := exec.Command(os.Args[0], "-test.run=^TestF81_Child$") //nolint:noctx // the cleanup below lets it end
	child.Env = append(os.Environ(), monthChild+"="+string(text))
	stdin, err := child.StdinPipe()
	must(t, err)
	stdout, err := child.StdoutPipe()
	must(t, err)
	stderr, err := child.StderrPipe()
	must(t, err)
	must(t, child.Start())
	m.ask, m.out = stdin, bufio.NewScanner(stdout)
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			m.said.Add(int64(len(lines.Bytes()) + 1))
		}
	}()
	t.Cleanup(func() {
		_ = stdin.Close() // its sign to end
		for m.out.Scan() {
		}
		if err := child.Wait(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	for m.out.Scan() {
		if m.out.Text() == "ready" {
			m.follow()
			return m
		}
	}
	t.Fatal("the program did not start")
	return nil
}

// follow counts the events of the stream.
func (m *month) follow() {
	m.Helper()
	req, err := http.NewRequestWithContext(m.Context(), http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/events/stream?after=0", m.opt.Port), nil)
	must(m.T, err)
	for name, value := range allowed() {
		req.Header.Set(name, value)
	}
	res, err := asIs.Do(req)
	must(m.T, err)
	if res.StatusCode != http.StatusOK {
		m.Fatalf("GET /events/stream = %d", res.StatusCode)
	}
	go func() {
		defer func() { _ = res.Body.Close() }() // it is read to its end
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "event: ") {
				m.seen.Add(1)
			}
		}
	}()
}

// events lets n changes happen in the cloud and waits until the stream told of all.
func (m *month) events(n int) {
	m.Helper()
	const atOnce = 500
	for done := 0; done < n; done += atOnce {
		for range min(atOnce, n-done) {
			_, err := m.sim.Put(m.change())
			must(m.T, err)
		}
		m.await(int64(m.put))
		if wal, err := os.Stat(filepath.Join(m.opt.DataDir, databaseFile+"-wal")); err == nil {
			m.maxWAL = max(m.maxWAL, wal.Size())
		}
		m.looks = append(m.looks, m.household())
	}
}

// change is the next one: a new document, then a change of one that came long enough
// ago to have been fetched. None lies in the days that a round reads. The first ones
// are large, so that SQLite's caches are full after the warm-up.
func (m *month) change() ourasim.Doc {
	n, size := m.put, 8<<10
	if m.put%2 == 1 && m.put > 1000 {
		n -= 1001
	}
	if m.put >= leastWarmUp {
		size = 1 << 10
	}
	types := []oura.DataType{oura.DailySleep, oura.DailyActivity, oura.Workout, oura.Session, oura.DailyStress}
	doc := document(types[n/2%len(types)], fmt.Sprintf("month-%d", n), m.put)
	filler := strconv.Itoa(m.put)
	text := strings.ReplaceAll(string(doc.JSON), documentDay, "2020-11-20")
	doc.JSON = json.RawMessage(strings.Replace(text, "{", `{"filler":"`+strings.Repeat(filler, size/len(filler))+`",`, 1))
	m.put++
	return doc
}

func (m *month) await(want int64) {
	m.Helper()
	limit, cancel := context.WithTimeout(m.Context(), 2*patience)
	defer cancel()
	must(m.T, m.sim.WaitDelivered(limit))
	for m.seen.Load() < want {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-limit.Done():
			m.Fatalf("the stream told of %d events, want %d", m.seen.Load(), want)
		}
	}
}

func (m *month) household() (h household) {
	m.Helper()
	_, err := fmt.Fprintln(m.ask, "how is it?")
	must(m.T, err)
	if !m.out.Scan() {
		m.Fatal("the program says nothing")
	}
	must(m.T, json.Unmarshal(m.out.Bytes(), &h))
	return h
}

// files are the sizes of all files of the data folder but the database's own and the
// daily backup of one that runs for so long.
func (m *month) files() map[string]int64 {
	m.Helper()
	sizes := map[string]int64{}
	must(m.T, filepath.WalkDir(m.opt.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "backups" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), databaseFile) {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sizes[d.Name()] = info.Size()
		}
		return err
	}))
	return sizes
}
