package diagnose

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// largest is how long a text may be, in bytes: what the pages where faults are
// reported still take.
const largest = 60_000

// longestValue cuts what stands in one line, once it has been through the sieve: that
// knows no half of a name. longestRead cuts before.
const (
	longestValue = 600
	longestRead  = 4000
)

// Section is a part of the text: a title, and lines below it.
type Section struct {
	Title string
	lines []line
}

// line is a fact with a name, or a line of a list where name is "".
type line struct{ name, value string }

// Add adds a fact. A value of several lines becomes one.
func (s *Section) Add(name, format string, args ...any) {
	s.lines = append(s.lines, line{name, oneLine(fmt.Sprintf(format, args...))})
}

// AddLine adds a line without a name; after a fact it tells more of it.
func (s *Section) AddLine(format string, args ...any) { s.Add("", format, args...) }

// oneLine keeps a value from looking like several, or like anything but text.
func oneLine(v string) string {
	v = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(v, "?"))
	return short(strings.Join(strings.Fields(v), " "), longestRead)
}

// short cuts a line between two words: half a secret is none that a sieve would know.
func short(v string, longest int) string {
	if len(v) <= longest {
		return v
	}
	return v[:max(0, strings.LastIndexByte(v[:longest+1], ' '))] + " …"
}

// Report is the whole text. Log comes last and is the first that is left out where it
// would grow too long, its oldest lines first.
type Report struct {
	Title    string
	Intro    []string
	Sections []Section
	Log      Log
}

// Text writes the report through the sieve.
func (r Report) Text(s Sieve) string {
	var out strings.Builder
	out.WriteString(r.Title + "\n")
	for _, words := range r.Intro {
		out.WriteString(words + "\n")
	}
	for _, section := range r.Sections {
		section.write(&out)
	}
	lines := strings.Split(s.Clean(out.String()), "\n")
	for i := range lines {
		lines[i] = short(lines[i], longestValue)
	}
	head := strings.Join(lines, "\n")
	return head + r.Log.text(s, max(0, largest-len(head)))
}

func (s Section) write(out *strings.Builder) {
	fmt.Fprintf(out, "\n%s\n", s.Title)
	wide := 0
	for _, l := range s.lines {
		wide = max(wide, utf8.RuneCountInString(l.name))
	}
	for i, l := range s.lines {
		if l.name == "" {
			indent := "  "
			if i > 0 && s.lines[i-1].name != "" {
				indent = "    "
			}
			out.WriteString(indent + l.value + "\n")
			continue
		}
		fmt.Fprintf(out, "  %s%s  %s\n", l.name, strings.Repeat(" ", wide-utf8.RuneCountInString(l.name)), l.value)
	}
}

// At is an instant as the report has it, in UTC: a zone would tell where somebody is.
func At(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// Since is an instant with its age, "never" for no instant.
func Since(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return At(t) + ", " + For(now.Sub(t)) + " ago"
}

// For is a span in its two largest units: "3 h 12 min".
func For(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < 0:
		return "-" + For(-d)
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return twoUnits(d, time.Minute, "min", time.Second, "s")
	case d < 48*time.Hour:
		return twoUnits(d, time.Hour, "h", time.Minute, "min")
	}
	return twoUnits(d, 24*time.Hour, "days", time.Hour, "h")
}

func twoUnits(d, large time.Duration, name string, small time.Duration, rest string) string {
	words := fmt.Sprintf("%d %s", d/large, name)
	if n := d % large / small; n > 0 {
		words += fmt.Sprintf(" %d %s", n, rest)
	}
	return words
}

// Size is a number of bytes as a person reads it.
func Size(n int64) string {
	const step = 1024
	if n < step {
		return fmt.Sprintf("%d bytes", n)
	}
	size, unit := float64(n)/step, 0
	for units := []string{"KB", "MB", "GB", "TB"}; ; unit++ {
		if size < step || unit == len(units)-1 {
			return fmt.Sprintf("%.1f %s", size, units[unit])
		}
		size /= step
	}
}
