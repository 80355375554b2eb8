//go:build soak

package soak

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// reading is what the system has counted for some processes.
type reading struct {
	at    time.Time
	cpu   time.Duration
	rssMB float64
	wakes map[int]int64 // voluntary switches, by thread
	names map[int]string
}

// tick is the unit of /proc/PID/stat, the same on every Linux of these machines.
const tick = 10 * time.Millisecond

// read counts what these processes have used until now.
func read(t *testing.T, pids ...int) reading {
	t.Helper()
	r := reading{at: time.Now(), wakes: map[int]int64{}, names: map[int]string{}}
	for _, pid := range pids {
		fields := stat(t, pid)
		r.cpu += time.Duration(number(t, fields[11])+number(t, fields[12])) * tick
		r.rssMB += float64(number(t, fields[21])) * float64(os.Getpagesize()) / 1e6
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
		done(t, err)
		for _, task := range tasks {
			r.thread(task)
		}
		r.names[pid] += "'s first" // the main loop, where there is a window
	}
	return r
}

// thread adds one, unless it has just ended.
func (r reading) thread(task string) {
	id, _ := strconv.Atoi(filepath.Base(task)) // the system writes numbers
	status, err := os.ReadFile(filepath.Join(task, "status"))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch name {
		case "Name":
			r.names[id] = value
		case "voluntary_ctxt_switches":
			r.wakes[id], _ = strconv.ParseInt(value, 10, 64)
		}
	}
}

// stat are the fields of /proc/PID/stat after the name, the first of which is the
// state.
func stat(t *testing.T, pid int) []string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	done(t, err)
	_, after, _ := strings.Cut(string(text), ") ")
	return strings.Fields(after)
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	done(t, err)
	return n
}

// children are the processes that this one has started, and theirs.
func children(t *testing.T, pid int) (all []int) {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	done(t, err)
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for _, word := range strings.Fields(string(text)) {
			child := int(number(t, word))
			all = append(append(all, child), children(t, child)...)
		}
	}
	return all
}

// watcher is the thread on which the Go runtime watches the others. While any of them
// runs, and a moment longer, it sleeps for microseconds at a time; so how often it
// wakes says nothing about us. It is the one of the program's own threads that waits
// with a limit, which the others do in another way (as an x86-64 system tells it). 0
// where it is not known.
func watcher(pid int) int {
	own, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid)) // the pattern is right
	for range 100 {
		for _, task := range tasks {
			name, _ := os.ReadFile(filepath.Join(task, "comm")) // it may have ended
			call, _ := os.ReadFile(filepath.Join(task, "syscall"))
			args := strings.Fields(string(call))
			if string(name) == string(own) && len(args) > 4 && args[0] == "202" && args[2] == "0x80" && args[4] != "0x0" {
				id, _ := strconv.Atoi(filepath.Base(task)) // the system writes numbers
				return id
			}
		}
		<-time.After(10 * time.Millisecond) // it is busy at this moment
	}
	return 0
}

// use is what processes took between two readings.
type use struct {
	share   float64 // of one core, in percent
	rssMB   float64
	sum     float64 // wake-ups a second, all threads but the watcher
	busiest float64 // of these the one that wakes most
	name    string  // of that thread
	watcher float64 // wake-ups of the watcher
}

func between(from, to reading, watcher int) use {
	seconds := to.at.Sub(from.at).Seconds()
	u := use{share: 100 * (to.cpu - from.cpu).Seconds() / seconds, rssMB: to.rssMB}
	for id, n := range to.wakes {
		rate := float64(n-from.wakes[id]) / seconds
		if id == watcher {
			u.watcher = rate
			continue
		}
		u.sum += rate
		if rate > u.busiest {
			u.busiest, u.name = rate, to.names[id]
		}
	}
	return u
}
