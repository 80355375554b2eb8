package person

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Revise returns the n-th revision of a document of this person, n from 1 on: what
// its owner or Oura could have made of it later. Id and day stay. Revisions n and
// n+1 differ from each other and, up to four, all from d; the same call gives
// the same bytes. After twelve they repeat, so that no number of revisions turns
// a night sleepless. A document it cannot read, or n below 1, comes back as it is.
func (p *Person) Revise(d Doc, n int) Doc {
	if n < 1 {
		return d
	}
	d.JSON = p.revised(d, (n-1)%12+1)
	d.SyncedAt = d.SyncedAt.Add(time.Duration(n) * 11 * time.Minute)
	return d
}

func (p *Person) revised(d Doc, n int) json.RawMessage {
	switch d.Type {
	case oura.DailyActivity:
		return edit(d.JSON, func(b *activityBody) { p.reviseActivity(b, n) })
	case oura.DailySleep:
		return edit(d.JSON, func(b *dailySleepBody) { b.revise(n) })
	case oura.DailyReadiness:
		return edit(d.JSON, func(b *dailyReadinessBody) { b.revise(n) })
	case oura.Sleep:
		return edit(d.JSON, func(b *sleepBody) { b.revise(n) })
	case oura.DailySpO2, oura.DailyStress, oura.DailyResilience, oura.DailyCardiovascularAge, oura.VO2Max:
		return revisedVital(d, n)
	case oura.SleepTime:
		return edit(d.JSON, func(b *sleepTimeBody) { b.revise(n) })
	}
	return revisedByHand(d, n)
}

// revisedByHand covers what the owner enters or the ring reports about itself.
func revisedByHand(d Doc, n int) json.RawMessage {
	switch d.Type {
	case oura.Tag:
		return edit(d.JSON, func(b *tagBody) { b.Text = new(rewording(n)) })
	case oura.EnhancedTag:
		return edit(d.JSON, func(b *enhancedTagBody) { b.Comment = new(rewording(n)) })
	case oura.Workout:
		return edit(d.JSON, func(b *workoutBody) { b.Source, b.Label = "confirmed", new(rewording(n)) })
	case oura.Session:
		return edit(d.JSON, func(b *sessionBody) { b.Mood = nextMood(b.Mood, n) })
	case oura.RestModePeriod:
		return edit(d.JSON, func(b *restModeBody) { b.revise(n) })
	case oura.RingConfiguration:
		return edit(d.JSON, func(b *ringBody) { b.FirmwareVersion = laterVersion(b.FirmwareVersion, n) })
	}
	return d.JSON
}

// edit reads raw, changes it and writes it again.
func edit[T any](raw json.RawMessage, change func(*T)) json.RawMessage {
	var body T
	if err := json.Unmarshal(raw, &body); err != nil {
		return raw // not one of ours: nothing to revise
	}
	change(&body)
	return encode(body)
}

// wave turns 1, 2, 3, 4 … into 1, -1, 2, -2 … up to 10 and begins again.
func wave(n int) int {
	k := (n - 1) % 20
	if k%2 == 1 {
		return -(k/2 + 1)
	}
	return k/2 + 1
}

// sway moves a contributor by the wave and keeps it inside [1, 100].
func sway(x *int, n int) *int {
	if x == nil {
		return new(70 + wave(n))
	}
	return new(int(clamp(float64(*x), 11, 90)) + wave(n))
}

var rewordings = []string{
	"Was really tired", "Better than it sounds", "With the whole family", "Corrected later", "See also last week", "First time since spring", "Longer than planned",
}

func rewording(n int) string { return rewordings[n%len(rewordings)] }

var moods = []string{"bad", "worse", "same", "good", "great"}

// nextMood walks n steps from the mood the session has; none counts as before the first.
func nextMood(mood *string, n int) *string {
	at := -1
	if mood != nil {
		at = slices.Index(moods, *mood)
	}
	return new(moods[(at+n)%len(moods)])
}

func (b *restModeBody) revise(n int) {
	start, err := time.Parse(time.RFC3339, b.StartTime)
	if err != nil {
		return
	}
	for k := range n {
		at := start.Add(time.Duration(k+1) * 25 * time.Minute)
		b.Episodes = append(b.Episodes, restEpisode{[]string{"tag_generic_cold"}, at.Format("2006-01-02T15:04:05.000-07:00")})
	}
}

// laterVersion raises the last part of "3.4.4".
func laterVersion(version string, n int) string {
	dot := strings.LastIndexByte(version, '.')
	last, err := strconv.Atoi(version[dot+1:])
	if err != nil {
		return version
	}
	return version[:dot+1] + strconv.Itoa(last+n)
}
