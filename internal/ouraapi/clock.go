package ouraapi

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	clockKept  = 7                // measures; the median of those that agree counts
	clockSlow  = 5 * time.Second  // an answer that took longer tells too little
	clockAgree = 10 * time.Second // two measures of one clock are never farther apart: half of clockSlow each, and the second of Date
	dateStep   = time.Second      // resolution of Date, which is cut and not rounded
)

// Clock measures how far this computer's clock is from Oura's, by the Date of
// Oura's answers (S-25). The zero value is ready; all methods are safe for
// concurrent use.
type Clock struct {
	mu       sync.Mutex      // guards measures
	measures []time.Duration // newest last
}

// Add takes what one answer tells and reports whether it told anything: slow
// answers, copies from a cache and answers without a date do not.
func (c *Clock) Add(a Answer) bool {
	took := a.Ended.Sub(a.Began)
	if a.Status == 0 || took < 0 || took > clockSlow || a.Header.Get("Age") != "" {
		return false
	}
	date, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		return false
	}
	midpoint := a.Began.Add(took / 2).Round(0) // by the wall, not by the monotonic clock
	c.mu.Lock()
	defer c.mu.Unlock()
	c.measures = append(c.measures, date.Add(dateStep/2).Sub(midpoint))
	if len(c.measures) > clockKept {
		c.measures = c.measures[1:]
	}
	return true
}

// Error is Oura's clock minus ours: above zero, this computer is behind. It is
// exact to about two seconds. ok is false until the two newest measures agree;
// after a clock was set it is so for one measure, and older ones no longer count.
func (c *Clock) Error() (d time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.measures)
	if n < 2 || !agree(c.measures[n-1], c.measures[n-2]) {
		return 0, false
	}
	newest := c.measures[n-1]
	same := slices.Clone(c.measures)
	same = slices.DeleteFunc(same, func(m time.Duration) bool { return !agree(m, newest) })
	slices.Sort(same)
	return same[len(same)/2], true
}

func agree(a, b time.Duration) bool { return (a - b).Abs() <= clockAgree }
