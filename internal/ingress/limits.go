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

// Limits are failures per second: requests at the one path that do not prove to
// be Oura's. 0 means no limit. Proven ones are never held back, for Oura gives up
// on a delivery that is put off too often (S-33, F-19).
type Limits struct {
	PerSecond          int // all sources together
	Burst              int // of PerSecond
	PerSourcePerSecond int // of one source, also its burst
}

// DefaultLimits are those of S-33.
func DefaultLimits() Limits { return Limits{PerSecond: 200, Burst: 400, PerSourcePerSecond: 5} }

// gate keeps floods of failures short. Its sources' other requests are still
// verified, for behind the user's own proxy Oura and a stranger come from the
// same address.
type gate struct {
	limits Limits

	mu     sync.Mutex // guards what follows
	all    *rate.Limiter
	failed map[string]*rate.Limiter
	swept  time.Time // when failed was last looked through
}

// failure charges one failure to a source, and to all together, and reports
// whether both had any left.
func (g *gate) failure(source string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.limits.PerSourcePerSecond > 0 && !g.of(source, now).AllowN(now, 1) {
		return false
	}
	if g.limits.PerSecond == 0 {
		return true
	}
	if g.all == nil {
		g.all = rate.NewLimiter(rate.Limit(g.limits.PerSecond), g.limits.Burst)
	}
	return g.all.AllowN(now, 1)
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
		g.failed[source] = rate.NewLimiter(rate.Limit(g.limits.PerSourcePerSecond), g.limits.PerSourcePerSecond)
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
