package ingress

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxSources bounds the memory of the gate. When so many have failed lately that
// it is full, the rest share one allowance.
const maxSources = 1024

// Limits are requests per second; 0 means no limit.
type Limits struct {
	PerSecond       int // at the one path, all sources together
	Burst           int // of PerSecond
	FailedPerSecond int // refused signatures and tokens per source, also its burst
}

// DefaultLimits are those of S-33.
func DefaultLimits() Limits { return Limits{PerSecond: 200, Burst: 400, FailedPerSecond: 5} }

// gate keeps floods out without shutting out good deliveries: a source that has
// used up its failures no longer draws on the common allowance. Its requests are
// still verified, for behind the user's own proxy Oura and a stranger come from
// the same address.
type gate struct {
	limits Limits

	mu     sync.Mutex // guards what follows
	all    *rate.Limiter
	failed map[string]*rate.Limiter
	swept  time.Time // when failed was last looked through
}

// admit applies the common limit.
func (h *Handler) admit(r *http.Request) *rejection {
	if h.gate.limits.PerSecond == 0 || h.gate.admit(h.opt.Source(r), h.opt.Now()) {
		return nil
	}
	return &rejection{status: http.StatusTooManyRequests, reason: RejectedRate, retry: time.Second, hangUp: true}
}

func (g *gate) admit(source string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all == nil {
		g.all = rate.NewLimiter(rate.Limit(g.limits.PerSecond), g.limits.Burst)
	}
	if f := g.failed[source]; f != nil && f.TokensAt(now) < 1 {
		return true
	}
	return g.all.AllowN(now, 1)
}

// failure charges one failure to a source and reports whether it had any left.
func (g *gate) failure(source string, now time.Time) bool {
	if g.limits.FailedPerSecond == 0 {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.of(source, now).AllowN(now, 1)
}

// of returns the allowance of a source. g.mu is held.
func (g *gate) of(source string, now time.Time) *rate.Limiter {
	if f := g.failed[source]; f != nil {
		return f
	}
	if len(g.failed) >= maxSources {
		g.forget(now)
	}
	if len(g.failed) >= maxSources {
		source = ""
	}
	if g.failed[source] == nil {
		if g.failed == nil {
			g.failed = map[string]*rate.Limiter{}
		}
		g.failed[source] = rate.NewLimiter(rate.Limit(g.limits.FailedPerSecond), g.limits.FailedPerSecond)
	}
	return g.failed[source]
}

// forget drops sources whose allowance has filled up again. It looks through
// them at most once a second, so that a flood cannot make it the work to do.
// g.mu is held.
func (g *gate) forget(now time.Time) {
	if d := now.Sub(g.swept); d >= 0 && d < time.Second {
		return
	}
	g.swept = now
	for source, f := range g.failed {
		if f.TokensAt(now) >= float64(f.Burst()) {
			delete(g.failed, source)
		}
	}
}

// remoteHost is the address at the other end of the connection. Headers do not
// count: anybody can write them. An IPv6 source is its /64, which one host has
// to itself.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return host
	}
	wide, err := ip.Prefix(64)
	if err != nil {
		return host
	}
	return wide.String()
}
