package app

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
	"oura-streaming/internal/sqlite"
)

// slept stores nights with their scores, the last of them today's.
func slept(t *testing.T, e *engine.Engine, nights int) {
	t.Helper()
	if err := e.Store().SaveAccount(t.Context(), sqlite.Account{UserID: "user-1", ConnectedAt: time.Now()}, nil); err != nil {
		t.Fatal(err)
	}
	for i := range nights {
		day := oura.DayOf(time.Now()).Add(i + 1 - nights)
		for dt, doc := range map[oura.DataType]string{
			oura.DailySleep: fmt.Sprintf(`{"day":%q,"score":%d}`, day, 60+i%20),
			oura.Sleep:      fmt.Sprintf(`{"day":%q,"type":"long_sleep","total_sleep_duration":25000,"average_hrv":%d,"bedtime_start":"%sT00:30:00+00:00","bedtime_end":"%sT07:30:00+00:00"}`, day, 40+i%5, day, day),
		} {
			_, err := e.Store().Apply(t.Context(), sqlite.Change{
				UserID: "user-1", DataType: dt, ObjectID: fmt.Sprint(dt, i), Day: day, Operation: oura.Create, Source: oura.SourcePoll,
				ReceivedAt: time.Now(), Data: json.RawMessage(doc),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestHealth_NoListIsNil(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	api := &HealthAPI{b}
	look := func(when string) {
		t.Helper()
		day, err1 := api.Day("")
		night, err2 := api.Night("")
		list, err3 := api.Metrics()
		trend, err4 := api.Trend("sleep.average_hrv", "", "")
		refused, _ := api.Day("tomorrow")
		for i, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				t.Errorf("%s: call %d: %v", when, i, err)
			}
		}
		text, err := json.Marshal([]any{day, night, list, trend, refused})
		if err != nil || strings.Contains(string(text), "null") {
			t.Errorf("%s: %v, something is null: %.2000s", when, err, text)
		}
	}
	look("in an empty store")
	slept(t, e, 40)
	look("with forty nights")
	day, err := api.Day("")
	if err != nil || !day.HasNight || !day.HasData || !day.Scores[0].Score.Known || day.Scores[0].Score.Value != 79 || !day.Scores[0].Usual.Known {
		t.Errorf("%+v, %v", day.Scores, err)
	}
	if trend, err := api.Trend("sleep.average_hrv", "", ""); err != nil || len(trend.Values) != 40 || len(trend.BandDays) == 0 || len(trend.Low) != len(trend.BandDays) || len(trend.High) != len(trend.Mid) {
		t.Errorf("%+v, %v", trend, err)
	}
}

func TestHealth_SavesValuesForThisUserOnly(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	slept(t, e, 40)
	api, dir := &HealthAPI{b}, t.TempDir()
	if name, err := api.SaveTrend("sleep.average_hrv", "", ""); name != "" || err != nil {
		t.Errorf("no place was chosen: %q, %v", name, err)
	}
	window.chosen = filepath.Join(dir, "values")
	today := oura.DayOf(time.Now())
	name, err := api.SaveTrend("sleep.average_hrv", string(today.Add(-1)), string(today))
	if err != nil || name != "values.csv" {
		t.Fatalf("%q, %v", name, err)
	}
	proposed := fmt.Sprintf("oura-sleep-average_hrv-%s-to-%s.csv", today.Add(-1), today)
	if last := window.asked[len(window.asked)-1]; last != proposed {
		t.Errorf("proposed %q, want %q", last, proposed)
	}
	text, err := os.ReadFile(filepath.Join(dir, "values.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) != 4 || lines[0] != "day,value,usual_low,usual_middle,usual_high" || !strings.HasPrefix(lines[1], string(today.Add(-1))+",43,") ||
		!strings.HasPrefix(lines[2], string(today)+",44,") || strings.Count(lines[2], ",") != 4 || strings.HasSuffix(lines[2], ",") {
		t.Errorf("written: %q", text)
	}
	if info, err := os.Stat(filepath.Join(dir, "values.csv")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := api.SaveTrend("sleep.average_hrv", "", ""); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a file that nobody asked about was replaced: %v", err)
	}
	window.chosen = filepath.Join(dir, "nowhere", "values.csv")
	if _, err := api.SaveTrend("sleep.average_hrv", "", ""); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("a folder that is not there: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestHealth_ASaveTakesAwayWhatAKilledOneLeft(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	dir := t.TempDir()
	left, theirs := filepath.Join(dir, private.Unfinished+rand.Text()), filepath.Join(dir, private.Unfinished+"of")
	for _, path := range []string{left, theirs} {
		old := time.Now().Add(-2 * time.Hour)
		if err := errors.Join(private.Create(path, []byte("half")), os.Chtimes(path, old, old)); err != nil {
			t.Fatal(err)
		}
	}
	window.chosen = filepath.Join(dir, "chart.png")
	if name, err := (&HealthAPI{b}).SavePicture("chart", picture(t)); name != "chart.png" || err != nil {
		t.Fatalf("%q, %v", name, err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 2 || list[0].Name() != filepath.Base(theirs) || list[1].Name() != "chart.png" {
		t.Errorf("the folder holds %v, %v", list, err)
	}
}

func TestHealth_NeverSavesOverWhatIsTheProgramsOwn(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	slept(t, e, 3)
	api, own, dir := &HealthAPI{b}, b.began.DataDir, t.TempDir()
	const database = "oura_streaming.db"
	head := func() string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(own, database))
		if err != nil || len(text) < 16 {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		return string(text[:15])
	}
	names := func(folder string) string {
		t.Helper()
		list, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(slices.DeleteFunc(list, func(e fs.DirEntry) bool {
			return filepath.Ext(e.Name()) == ".lock" // the engine makes some when it first needs them
		}))
	}
	save := func() (string, error) { return api.SavePicture("chart", picture(t)) }
	link := filepath.Join(dir, "link")
	if err := os.Symlink(own, link); err != nil {
		link = own // where links need a right
	}
	if err := os.Mkdir(filepath.Join(own, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	before := names(own)
	for _, place := range []string{
		filepath.Join(own, database), filepath.Join(link, database), filepath.Join(own, "new.png"), filepath.Join(own, "below", "new"),
		filepath.Join(own, "below", "..", database+"-wal"),
	} {
		window.chosen = place
		if name, err := save(); name != "" || oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("a picture at %s: %q, %v", place, name, err)
		}
		if name, err := api.SaveTrend("sleep.average_hrv", "", ""); name != "" || oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("values at %s: %q, %v", place, name, err)
		}
	}
	if after := names(own); after != before || head() != "SQLite format 3" {
		t.Errorf("%s, %q; it was %s", after, head(), before)
	}
	for place, want := range map[string]string{database: database + ".png", "CHART.PNG": "CHART.PNG", "plain": "plain.png", "values.csv": "values.csv.png", "dot.": "dot..png"} {
		window.chosen = filepath.Join(dir, place)
		if name, err := save(); name != want || err != nil {
			t.Errorf("%s is saved as %q, %v, want %s", place, name, err, want)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, database)); !os.IsNotExist(err) {
		t.Errorf("a picture without its ending: %v", err)
	}
}

// picture is one as the page sends it.
func picture(t *testing.T) string {
	t.Helper()
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(drawn.Bytes())
}

func TestS45_OnlyPicturesAreSavedAsPictures(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	api, dir := &HealthAPI{b}, t.TempDir()
	window.chosen = filepath.Join(dir, "chart.png")
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	good := base64.StdEncoding.EncodeToString(drawn.Bytes())
	for name, text := range map[string]string{
		"nothing": "", "no base64": "%%%", "a text": base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nrm -rf ~\n")),
		"a signature alone": base64.StdEncoding.EncodeToString(drawn.Bytes()[:8]), "half a head": base64.StdEncoding.EncodeToString(drawn.Bytes()[:20]),
		"more than anybody draws": strings.Repeat("A", 32<<20), "another kind": "data:image/svg+xml;base64," + good,
		"a side without end": base64.StdEncoding.EncodeToString(wide(drawn.Bytes())),
	} {
		if _, err := api.SavePicture("chart", text); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 || len(window.asked) != 0 {
		t.Errorf("left behind: %v, %v; asked %v", left, err, window.asked)
	}
	for _, text := range []string{good, "data:image/png;base64," + good} {
		if name, err := api.SavePicture("../../etc/pass wd\x00\u202e.exe", text); err != nil || name != "chart.png" {
			t.Errorf("%q, %v", name, err)
		}
	}
	if last := window.asked[len(window.asked)-1]; last != "etc-pass-wd-exe.png" {
		t.Errorf("proposed %q", last)
	}
	if got, err := os.ReadFile(window.chosen); err != nil || !bytes.Equal(got, drawn.Bytes()) {
		t.Errorf("%d bytes written, %v", len(got), err)
	}
}

// wide makes a picture say that it is two thousand million pixels wide.
func wide(picture []byte) []byte {
	out := bytes.Clone(picture)
	copy(out[16:], []byte{0x7f, 0xff, 0xff, 0xff})
	return out
}
