package metrics

import (
	"fmt"
	"slices"
	"testing"

	"oura-streaming/internal/oura"
)

// scores stores 60 days before today with the score 80 and others on some of them,
// by how many days ago.
func (g *rig) scores(today oura.Day, others map[int]int) {
	g.t.Helper()
	for ago := range 61 {
		score, ok := others[ago]
		if !ok {
			score = 80
		}
		g.put(oura.DailySleep, fmt.Sprint("score-", ago), fmt.Sprintf(`{"day":%q,"score":%d}`, today.Add(-ago), score))
	}
}

func (g *rig) usualDays(today oura.Day) int {
	g.t.Helper()
	tr := g.trend("daily_sleep.score", today, today)
	if len(tr.Bands) == 0 {
		return 0
	}
	if day := g.day(today); day.Scores[0].Usual.Days != tr.Bands[0].Days {
		g.t.Errorf("Today counts %d days, the trend %d", day.Scores[0].Usual.Days, tr.Bands[0].Days)
	}
	return tr.Bands[0].Days
}

// METRICS §0: rest-mode days and days tagged sick or travel are no part of a baseline.
func TestUsual_LeavesOutDaysThatAreNoUsualOnes(t *testing.T) {
	const today = oura.Day("2026-11-22")
	day := func(ago int) oura.Day { return today.Add(-ago) }
	for _, tc := range []struct {
		name string
		dt   oura.DataType
		doc  string
		out  []int // days ago that are left out, the oldest first
	}{
		{"a rest mode with both ends", oura.RestModePeriod, fmt.Sprintf(`{"start_day":%q,"end_day":%q}`, day(12), day(9)), []int{12, 11, 10, 9}},
		{"a rest mode that goes on", oura.RestModePeriod, fmt.Sprintf(`{"start_day":%q,"end_day":null}`, day(2)), []int{2, 1, 0}},
		{"a rest mode that nobody has ended", oura.RestModePeriod, fmt.Sprintf(`{"start_day":%q}`, day(32)), ago(32, 3)},
		{"one that began before everything", oura.RestModePeriod, fmt.Sprintf(`{"start_day":%q,"end_day":%q}`, day(100), day(58)), []int{60, 59, 58}},
		{"one that ends before it begins", oura.RestModePeriod, fmt.Sprintf(`{"start_day":%q,"end_day":%q}`, day(5), day(7)), []int{5}},
		{"a day tagged sick", oura.EnhancedTag, fmt.Sprintf(`{"start_day":%q,"end_day":null,"tag_type_code":"tag_generic_sick"}`, day(3)), []int{3}},
		{"travel over some days", oura.EnhancedTag, fmt.Sprintf(`{"start_day":%q,"end_day":%q,"tag_type_code":"tag_generic_travel"}`, day(20), day(18)), []int{20, 19, 18}},
		{"an older tag", oura.Tag, fmt.Sprintf(`{"day":%q,"tags":["tag_sleep_latemeal","tag_generic_sick"]}`, day(4)), []int{4}},
		{"another tag", oura.EnhancedTag, fmt.Sprintf(`{"start_day":%q,"tag_type_code":"tag_generic_nocaffeine"}`, day(3)), nil},
		{"another older tag", oura.Tag, fmt.Sprintf(`{"day":%q,"tags":["tag_sleep_latemeal"],"text":"sick"}`, day(3)), nil},
		{"a tag of the person's own", oura.EnhancedTag, fmt.Sprintf(`{"start_day":%q,"tag_type_code":"custom","custom_name":"travel"}`, day(3)), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := newRig(t)
			others := map[int]int{}
			for _, n := range tc.out {
				others[n] = 20
			}
			g.scores(today, others)
			if days := g.usualDays(today); days != 60 {
				t.Fatalf("before, the usual range is of %d days", days)
			}
			g.put(tc.dt, "apart", tc.doc)
			before := 60
			var names []oura.Day
			for _, n := range tc.out {
				names = append(names, day(n))
				if n > 0 {
					before--
				}
			}
			if days := g.usualDays(today); days != before {
				t.Errorf("the usual range is of %d days, want %d", days, before)
			}
			tr := g.trend("daily_sleep.score", today, today)
			if u := tr.Bands[0]; u.Low < 70 || u.Mid != 80 {
				t.Errorf("the usual range is %+v", u)
			}
			if !slices.Equal(tr.Apart, names) {
				t.Errorf("left out are %v, want %v", tr.Apart, names)
			}
			if tr.Summary.Count != 1 {
				t.Errorf("the day itself is not shown: %+v", tr.Summary)
			}
			g.remove(tc.dt, "apart")
			if days := g.usualDays(today); days != 60 {
				t.Errorf("once it is gone, the usual range is of %d days", days)
			}
		})
	}
}

// ago counts down from first to last days ago.
func ago(first, last int) (out []int) {
	for n := first; n >= last; n-- {
		out = append(out, n)
	}
	return out
}

// Few usual days are told as days that are still needed.
func TestUsual_ALongIllnessLeavesTooFewDays(t *testing.T) {
	g := newRig(t)
	const today = oura.Day("2026-11-22")
	g.scores(today, nil)
	g.put(oura.RestModePeriod, "long", fmt.Sprintf(`{"start_day":%q,"end_day":%q}`, today.Add(-59), today.Add(-1)))
	if tr := g.trend("daily_sleep.score", today, today); len(tr.Bands) != 0 || len(tr.Apart) != 59 {
		t.Errorf("%d bands, %d days left out", len(tr.Bands), len(tr.Apart))
	}
	if u := g.day(today).Scores[0].Usual; u.Known || u.Days != 1 || u.Needs != shortLeast {
		t.Errorf("the usual range is %+v", u)
	}
}
