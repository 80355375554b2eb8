package engine

import (
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// unreadable tells what could not be told.
func unreadable(s *diagnose.Section, err error) {
	if err != nil {
		s.Add("not readable", "%s (%s)", oura.MessageOf(err), oura.CodeOf(err))
	}
}

// storeSection measures what is stored.
func (e *Engine) storeSection(ctx context.Context) diagnose.Section {
	s := diagnose.Section{Title: "Store"}
	v, err := e.store.Inventory(ctx)
	unreadable(&s, err)
	s.Add("schema", "%d", v.Schema)
	s.Add("database", "%s, %s of it free", diagnose.Size(v.Bytes), diagnose.Size(v.FreeBytes))
	for _, ending := range []string{"-wal", "-shm"} {
		if info, err := os.Stat(e.store.Path() + ending); err == nil {
			s.Add(ending[1:], "%s", diagnose.Size(info.Size()))
		}
	}
	places := e.Places()
	s.Add("backups", "%s%s", diagnose.Size(places.Backups), e.newestBackup(ctx))
	s.Add("set aside", "%s", diagnose.Size(places.SetAside))
	seq, err := e.store.LastSeq(ctx)
	unreadable(&s, err)
	pruned, err := e.store.PrunedSeq(ctx)
	unreadable(&s, err)
	s.Add("event numbers", "up to %d, pruned up to %d", seq, pruned)
	for _, c := range v.Deliveries {
		s.Add("deliveries", "%d %s, fetch %s%s", c.Count, c.Verdict, c.Fetch, after(", ", c.Outcome))
	}
	return s
}

// after puts something before a word that may be missing.
func after(before, word string) string {
	if word == "" {
		return ""
	}
	return before + word
}

func (e *Engine) newestBackup(ctx context.Context) string {
	all, err := e.Backups(ctx)
	if err != nil || len(all) == 0 {
		return ""
	}
	return ", the newest of " + diagnose.Since(all[0].MadeAt, e.wall()) + after(", ", string(all[0].Reason))
}

// holdingsSection counts what there is of each type.
func (e *Engine) holdingsSection(ctx context.Context) diagnose.Section {
	s := diagnose.Section{Title: "Stored, by type"}
	counts := map[oura.DataType]*[3]int64{}
	add := func(place int, parts []sqlite.Holding, err error) {
		unreadable(&s, err)
		for _, p := range parts {
			if counts[p.Type] == nil {
				counts[p.Type] = &[3]int64{}
			}
			counts[p.Type][place] += p.Count
		}
	}
	documents, err := e.store.DocumentParts(ctx, sqlite.DocumentFilter{})
	add(0, documents, err)
	events, err := e.store.EventParts(ctx, sqlite.EventFilter{})
	add(1, events, err)
	samples, err := e.store.SampleParts(ctx, time.Time{}, time.Time{})
	add(2, samples, err)
	for _, dt := range slices.Sorted(maps.Keys(counts)) {
		c := counts[dt]
		s.Add(typeWord(dt), "%d documents, %d events, %d samples", c[0], c[1], c[2])
	}
	if len(counts) == 0 {
		s.AddLine("Nothing.")
	}
	return s
}

// typeWord is a type by its name where this program knows it: others come from
// outside.
func typeWord(dt oura.DataType) string {
	if _, known := oura.Lookup(dt); known {
		return string(dt)
	}
	return "unknown type"
}

// coverageDays is how many days are looked back at.
const coverageDays = 30

// coverageSection counts the states of the last days by type. Days without the ring
// and days without anything are one: which it was is nobody's business.
func (e *Engine) coverageSection(ctx context.Context) diagnose.Section {
	s := diagnose.Section{Title: "Coverage of the last 30 days, in days by type"}
	today := oura.DayOf(e.wall())
	days, err := e.store.Coverage(ctx, e.shownUser(), nil, today.Add(1-coverageDays), today, today)
	unreadable(&s, err)
	counts, order := map[oura.DataType]map[sqlite.CoverageState]int{}, []oura.DataType{}
	for _, d := range days {
		if counts[d.DataType] == nil {
			counts[d.DataType] = map[sqlite.CoverageState]int{}
			order = append(order, d.DataType)
		}
		if d.State == sqlite.CoverageNotWorn {
			d.State = sqlite.CoverageEmpty
		}
		counts[d.DataType][d.State]++
	}
	for _, dt := range order {
		s.Add(typeWord(dt), "%s", tally(counts[dt]))
	}
	return s
}

// settingsShown may be told as they are: their values come from lists, or are numbers.
var settingsShown = []config.Name{
	config.Mode, config.Address, config.IngressPort, config.WebhookTypes, config.PollMinutes, config.APIPort, config.KeepEventsDays, config.KeepEventsCount,
	config.KeepDeliveriesDays, config.KeepSamplesDays, config.PKCE, config.ScopeStyle, config.LogLevel, config.Theme, config.WindowClosing,
	config.WindowCloseTold, config.Backups, config.WizardStep, config.ExportSchedule, config.ExportFormat, config.ExportKind, config.ExportGzip,
	config.ExportKeep, config.UpdateCheck, config.NotifySleep, config.NotifyTypes, config.NotifyValues,
}

// settingsNamed are told to be set and no more: an address, a name, a folder.
var settingsNamed = []config.Name{
	config.ClientID, config.RedirectURI, config.PublicURL, config.NgrokDomain, config.StreamFilters, config.ExportFolder,
}

// settingsSection tells what is not as it came.
func (e *Engine) settingsSection() diagnose.Section {
	s := diagnose.Section{Title: "Settings that differ"}
	none := true
	for _, f := range config.Fields() {
		value, from := e.cfg.Get(f.Name), ""
		if value == f.Default {
			continue
		}
		if e.cfg.FromEnvironment(f.Name) {
			from = ", from the environment"
		}
		switch {
		case slices.Contains(settingsShown, f.Name):
			if f.Check != nil && f.Check(value, e.opt.Hosts) != nil { // nothing of ours wrote it
				value = "something that it cannot be"
			}
			s.Add(string(f.Name), "%s%s", value, from)
		case slices.Contains(settingsNamed, f.Name):
			s.Add(string(f.Name), "set%s", from)
		default:
			continue
		}
		none = false
	}
	if none {
		s.AddLine("None.")
	}
	return s
}
