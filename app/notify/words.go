package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// trouble says what is wrong in the catalogue's own words. What else a trouble
// tells, an address or another program's message, stays in the window: it may hold
// what nobody else should read.
func trouble(code string) (title, body string) {
	for _, c := range status.Catalogue() {
		if c.Code == code {
			return c.Title, c.Text
		}
	}
	return "Oura Streaming needs you", "Open the window to see what is wrong."
}

// leads says where a trouble is mended, and what the button that leads there is
// called. A button only ever leads somewhere: whatever changes anything is pressed
// in the window.
func leads(r status.Remedy) (to Target, label string) {
	switch r.Action {
	case status.OpenSetup:
		return "#/setup", r.Label
	case status.OpenConnection:
		return "#/connection", r.Label
	case status.OpenExport:
		return "#/export", r.Label
	case status.SignIn:
		return "#/connection", open
	case status.Retry, status.NoAction:
	}
	return "#/today", open // the banner with its button stands on each screen
}

const open = "Open"

// night says that last night is in. Says is what its values come to.
func night(day oura.Day, says string) Notice {
	n := Notice{Code: "night", Title: "Last night is in", Body: "Your sleep has arrived.", Group: GroupNight, Action: Target("#/night/" + string(day)), Label: open}
	if says != "" {
		n.Body = says
	}
	return n
}

// document says that one has arrived.
func document(d Document) Notice {
	n := Notice{
		Code: string(d.Type), Title: "New: " + d.Name, Body: "A new document has arrived.", Group: GroupDocuments,
		Action: Target(fmt.Sprintf("#/stream/%d", d.Seq)), Label: open,
	}
	if d.Says != "" {
		n.Body = d.Says
	}
	return n
}

// joined makes one notice of several of a group.
func joined(of []Notice) Notice {
	n := Notice{Group: of[0].Group, Label: open, Needs: of[0].Needs}
	switch n.Group {
	case GroupNeeds:
		n.Title, n.Body, n.Action = fmt.Sprintf("Oura Streaming needs you for %d things", len(of)), titles(of)+".", "#/today"
	case GroupDocuments:
		n.Title, n.Body, n.Action = fmt.Sprintf("%d new documents", len(of)), titles(of)+".", "#/stream"
	case GroupWork:
		n.Title, n.Body, n.Action = fmt.Sprintf("%d pieces of work have ended", len(of)), titles(of)+".", "#/sync"
	default:
		n.Title, n.Body, n.Action = fmt.Sprintf("%d things to know", len(of)), titles(of)+".", "#/today"
	}
	return n
}

// mostTitles is how many are named of what was joined.
const mostTitles = 3

// titles names what was joined, each once.
func titles(of []Notice) string {
	var names []string
	for _, n := range of {
		if name := strings.TrimPrefix(n.Title, "New: "); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if rest := len(names) - mostTitles; rest > 0 {
		return strings.Join(names[:mostTitles], ", ") + fmt.Sprintf(" and %d more", rest)
	}
	return strings.Join(names, ", ")
}

// Kind is a kind of long work.
type Kind string

// The kinds of long work.
const (
	Export  Kind = "export"
	History Kind = "history"
	Backup  Kind = "backup"
	Restore Kind = "restore"
)

// Work is a piece of work that has ended.
type Work struct {
	Kind         Kind
	Began, Ended time.Time
	Failed       bool
}

func work(w Work) Notice {
	n := Notice{Code: string(w.Kind), Group: GroupWork, Label: open}
	says := map[Kind][2]string{
		Export:  {"The export is ready", "The export failed"},
		History: {"The history is read", "Part of the history could not be read"},
		Backup:  {"The backup is made", "The backup could not be made"},
		Restore: {"The backup is back", "The backup could not be brought back"},
	}[w.Kind]
	n.Title, n.Body = says[0], "It took "+lasted(w.Ended.Sub(w.Began))+"."
	if w.Failed {
		n.Title, n.Body = says[1], "Open the window to see why."
	}
	n.Action = map[Kind]Target{Export: "#/export", History: "#/sync", Backup: "#/settings/backups", Restore: "#/settings/backups"}[w.Kind]
	return n
}

// lasted is a time in one or two units: "48 s", "12 min", "2 h 05 min".
func lasted(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
}
