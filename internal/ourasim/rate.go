package ourasim

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter counts requests in windows that begin with a key's first request.
type limiter struct {
	mu    sync.Mutex
	spent map[string]*tally // guarded by mu
}

type tally struct {
	since time.Time
	n     int
}

// verdict says that a layer is used up and for how long.
type verdict struct {
	tier  string
	limit int
	retry time.Duration
}

// count adds one request of key; it returns false and the time left when limit
// was reached within window. Limit 0 counts nothing.
func (l *limiter) count(key string, limit int, window time.Duration, now time.Time) (left time.Duration, ok bool) {
	if limit <= 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spent == nil {
		l.spent = map[string]*tally{}
	}
	if len(l.spent) > 1000 { // any bearer string opens the sandbox
		maps.DeleteFunc(l.spent, func(_ string, t *tally) bool { return now.Sub(t.since) >= window })
	}
	t := l.spent[key]
	if t == nil || now.Sub(t.since) >= window {
		t = &tally{since: now}
		l.spent[key] = t
	}
	if t.n >= limit {
		return t.since.Add(window).Sub(now), false
	}
	t.n++
	return 0, true
}

// withinLimits counts a request against both layers and answers 429 when one
// is used up.
func (s *Sim) withinLimits(w http.ResponseWriter, token string) bool {
	sw, now := s.sw.get(), s.clock.now()
	if left, ok := s.limits.count("token "+token, sw.TokenLimit, sw.LimitWindow, now); !ok {
		s.tooMany(w, verdict{"user", sw.TokenLimit, left})
		return false
	}
	if left, ok := s.limits.count("application", sw.AppLimit, sw.LimitWindow, now); !ok {
		s.tooMany(w, verdict{"application", sw.AppLimit, left})
		return false
	}
	return true
}

// tooMany answers 429 with the five headers.
func (s *Sim) tooMany(w http.ResponseWriter, v verdict) {
	seconds := max(1, int((v.retry+time.Second-1)/time.Second))
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(seconds))
	h.Set("X-RateLimit-Limit", strconv.Itoa(v.limit))
	h.Set("X-RateLimit-Window", strconv.Itoa(int(s.sw.get().LimitWindow/time.Second)))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(s.clock.now().Unix()+int64(seconds), 10))
	h.Set("X-RateLimit-Tier", v.tier)
	answerProblem(w, http.StatusTooManyRequests, "Request Rate Limit Exceeded.")
}
