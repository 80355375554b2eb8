package app

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"oura-streaming/internal/oura"
)

// facts are the few fields of Oura's documents that a row of the stream tells.
type facts struct {
	Score       *float64 `json:"score"`
	Steps       *float64 `json:"steps"`
	TotalSleep  *float64 `json:"total_sleep_duration"` // seconds
	Type        string   `json:"type"`
	Level       string   `json:"level"`
	DaySummary  string   `json:"day_summary"`
	Activity    string   `json:"activity"`
	Intensity   string   `json:"intensity"`
	VascularAge *float64 `json:"vascular_age"`
	VO2Max      *float64 `json:"vo2_max"`
	Tags        []string `json:"tags"`
	TagCode     string   `json:"tag_type_code"`
	CustomName  string   `json:"custom_name"`
	Recommend   string   `json:"recommendation"`
	Hardware    string   `json:"hardware_type"`
	Firmware    string   `json:"firmware_version"`
	StartDay    string   `json:"start_day"`
	EndDay      string   `json:"end_day"`
	Count       *float64 `json:"count"` // of a round that brought rows of a time series
	Min         *float64 `json:"min"`
	Max         *float64 `json:"max"`
	SpO2        struct {
		Average *float64 `json:"average"`
	} `json:"spo2_percentage"`
}

// summary is the document in a few words, "" when it says nothing that fits.
// Unknown is never shown as zero.
func summary(ev oura.Event) string {
	if ev.EventType == oura.Delete {
		return "Deleted at Oura"
	}
	if len(ev.Data) == 0 {
		return ""
	}
	var f facts
	if json.Unmarshal(ev.Data, &f) != nil {
		return "" // a shape we do not know is shown in full in the detail
	}
	if say, ok := sayings[ev.DataType]; ok {
		return say(f)
	}
	return ""
}

var sayings = map[oura.DataType]func(facts) string{
	oura.DailySleep:             func(f facts) string { return number("Score %.0f", f.Score) },
	oura.DailyReadiness:         func(f facts) string { return number("Score %.0f", f.Score) },
	oura.DailyActivity:          func(f facts) string { return both(number("Score %.0f", f.Score), number("%.0f steps", f.Steps)) },
	oura.DailySpO2:              func(f facts) string { return number("%.1f %% on average", f.SpO2.Average) },
	oura.DailyStress:            func(f facts) string { return plain(f.DaySummary) },
	oura.DailyResilience:        func(f facts) string { return plain(f.Level) },
	oura.DailyCardiovascularAge: func(f facts) string { return number("Vascular age %.0f", f.VascularAge) },
	oura.VO2Max:                 func(f facts) string { return number("%.1f ml/kg/min", f.VO2Max) },
	oura.Sleep:                  func(f facts) string { return both(plain(f.Type), hours(f.TotalSleep)) },
	oura.SleepTime:              func(f facts) string { return plain(f.Recommend) },
	oura.Workout:                func(f facts) string { return both(plain(f.Activity), plain(f.Intensity)) },
	oura.Session:                func(f facts) string { return plain(f.Type) },
	oura.Tag:                    func(f facts) string { return plain(tagCodes(f.Tags)) },
	oura.EnhancedTag:            tagName,
	oura.RestModePeriod:         func(f facts) string { return both(f.StartDay, restEnd(f)) },
	oura.HeartRate:              func(f facts) string { return both(count(f.Count, "values"), between(f, "bpm")) },
	oura.RingBatteryLevel:       func(f facts) string { return both(count(f.Count, "values"), between(f, "%")) },
	oura.RingConfiguration:      func(f facts) string { return both(plain(f.Hardware), plain(f.Firmware)) },
}

// between tells the span of values with its unit.
func between(f facts, unit string) string {
	if f.Min == nil || f.Max == nil {
		return ""
	}
	return fmt.Sprintf("%.0f to %.0f %s", *f.Min, *f.Max, unit)
}

func tagName(f facts) string {
	if f.TagCode == "custom" || f.TagCode == "" {
		return plain(f.CustomName)
	}
	return plain(tagCode(f.TagCode))
}

// tagCode drops what all of Oura's tag codes begin with.
func tagCode(code string) string {
	return strings.TrimPrefix(strings.TrimPrefix(code, "tag_generic_"), "tag_")
}

func tagCodes(codes []string) string {
	short := make([]string, len(codes))
	for i, code := range codes {
		short[i] = tagCode(code)
	}
	return strings.Join(short, ", ")
}

func restEnd(f facts) string {
	if f.EndDay == "" {
		return "still on"
	}
	return "until " + f.EndDay
}

func number(format string, v *float64) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf(format, *v)
}

// count groups by three: "35,520 values".
func count(v *float64, what string) string {
	if v == nil {
		return ""
	}
	digits := strconv.FormatInt(int64(*v), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if digits == "1" {
		what = strings.TrimSuffix(what, "s")
	}
	return digits + " " + what
}

func hours(seconds *float64) string {
	if seconds == nil {
		return ""
	}
	minutes := int(*seconds) / 60
	return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
}

// longestPlain bounds text of others in a row, in runes.
const longestPlain = 80

// plain makes one of Oura's code words readable.
func plain(s string) string {
	runes := []rune(strings.ReplaceAll(s, "_", " "))
	if len(runes) > longestPlain {
		runes = append(runes[:longestPlain], '…')
	}
	if len(runes) == 0 {
		return ""
	}
	return strings.ToUpper(string(runes[:1])) + string(runes[1:])
}

func both(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}
