package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// settingUsage is the row of table setting that carries the count over a restart.
const settingUsage = "ngrok_usage"

// freeRequests is what ngrok's free plan allows in a month. Source: its pricing
// page of August 2026. Of other plans the program knows no number.
const freeRequests = 20_000

func allowedRequests(plan string) int64 {
	if strings.EqualFold(plan, "free") {
		return freeRequests
	}
	return 0
}

// usage counts the requests that came through ngrok this month (UTC). What ngrok
// turned away by itself never gets here and is not in it.
type usage struct {
	mu    sync.Mutex // guards the fields below
	month string
	count int64
	saved int64 // of count, in the store
}

func (u *usage) read(now time.Time) (month string, count int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.turn(now)
	return u.month, u.count
}

// unsaved returns what to write, and whether it differs from what was handed out
// before.
func (u *usage) unsaved(now time.Time) (month string, count int64, news bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.turn(now)
	news = u.count != u.saved
	u.saved = u.count
	return u.month, u.count, news
}

// turn begins a new month. u.mu is held.
func (u *usage) turn(now time.Time) {
	if month := now.UTC().Format("2006-01"); month != u.month {
		u.month, u.count, u.saved = month, 0, 0
	}
}

// counted passes requests on to h and counts them.
func (u *usage) counted(h http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		u.turn(now())
		u.count++
		u.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

func (e *Engine) loadUsage(ctx context.Context) error {
	rows, err := e.store.Settings(ctx)
	if err != nil || rows[settingUsage] == "" {
		return err
	}
	var text string
	u := &e.address.usage
	if json.Unmarshal([]byte(rows[settingUsage]), &text) != nil {
		return nil // a count that cannot be read begins anew
	}
	_, _ = fmt.Sscanf(text, "%s %d", &u.month, &u.count)
	u.saved = u.count
	return nil
}

// saveUsage keeps the count; a few requests lost in a crash do not matter.
func (e *Engine) saveUsage(ctx context.Context) {
	month, count, news := e.address.usage.unsaved(e.opt.Now())
	if !news {
		return
	}
	text, err := json.Marshal(fmt.Sprintf("%s %d", month, count))
	if err == nil {
		err = e.store.PutSettings(context.WithoutCancel(ctx), map[string]string{settingUsage: string(text)})
	}
	if err != nil {
		e.log.WarnContext(ctx, "count of ngrok requests not kept", "err", err)
	}
}
