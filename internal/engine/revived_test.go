package engine

import (
	"fmt"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// TestRestore_OfAFreshBackupAsksOnlyForWhatMayBeNew undoes a clearing.
func TestRestore_OfAFreshBackupAsksOnlyForWhatMayBeNew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ backupAge, changed, want int }{ // days; -1: ever
		"of today":                           {0, 0, 2},
		"an old day was read after it":       {0, 40, 40},
		"of some days ago: all is asked for": {3, 0, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, port := cloud(t, nil)
			opt, clock := options(t, sim, port, "OURA_MODE=polling"), &clocked{}
			opt.Now = clock.now
			p := start(t, sim, opt)
			put := func(id string, daysAgo int) {
				t.Helper()
				_, err := p.engine.store.Apply(t.Context(), sqlite.Change{
					UserID: "user-1", DataType: oura.DailySleep, ObjectID: id, Day: oura.DayOf(clock.now()).Add(-daysAgo), Operation: oura.Create,
					Source: oura.SourceImport, ReceivedAt: clock.now(), Ticket: p.engine.store.Ticket(), Data: fmt.Appendf(nil, `{"id":%q}`, id),
				})
				must(t, err)
			}
			clock.ahead.Store(int64(-10 * 24 * time.Hour))
			put("long ago", 300)
			clock.ahead.Store(int64(-time.Duration(c.backupAge) * 24 * time.Hour))
			made := p.backUp()
			clock.ahead.Store(0)
			put("of today", c.changed)
			must(t, p.engine.StageRestore(t.Context(), made.Name))
			p = p.again()
			want := oura.Day("")
			if c.want >= 0 {
				want = oura.DayOf(made.MadeAt).Add(-c.want)
			}
			if got := p.engine.revived; got.Why != noteRestored || got.Backup != made.Name || got.From != want {
				t.Errorf("%+v, want from %q", got, want)
			}
			p.signIn()
			p.wait("the request", func() string {
				jobs, err := p.engine.history.Jobs(t.Context())
				must(t, err)
				for _, j := range jobs {
					if j.Kind == sqlite.JobAsked && j.From == want {
						return ""
					}
				}
				return fmt.Sprintf("%+v", jobs)
			})
		})
	}
}
