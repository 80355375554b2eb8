package person

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"oura-streaming/internal/oura"
)

// schemaNames are the components of the 1.37 document.
var schemaNames = map[oura.DataType]string{
	oura.DailyActivity:          "PublicDailyActivity",
	oura.DailyCardiovascularAge: "PublicDailyCardiovascularAge",
	oura.DailyReadiness:         "PublicDailyReadiness",
	oura.DailyResilience:        "DailyResilienceModel",
	oura.DailySleep:             "PublicDailySleep",
	oura.DailySpO2:              "PublicDailySpO2",
	oura.DailyStress:            "PublicDailyStress",
	oura.EnhancedTag:            "EnhancedTagModel",
	oura.RestModePeriod:         "PublicRestModePeriod",
	oura.RingConfiguration:      "PublicRingConfiguration",
	oura.Session:                "PublicSession",
	oura.Sleep:                  "PublicModifiedSleepModel",
	oura.SleepTime:              "PublicSleepTime",
	oura.Tag:                    "TagModel",
	oura.VO2Max:                 "PublicVO2Max",
	oura.Workout:                "PublicWorkout",
	oura.HeartRate:              "PublicHeartRateRow",
	oura.RingBatteryLevel:       "PublicRingBatteryLevelRow",
	oura.PersonalInfo:           "PersonalInfoResponse",
}

// schemas compiles the schema of every type, with formats asserted, or skips.
func schemas(t *testing.T) map[oura.DataType]*jsonschema.Schema {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "oura", "openapi.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Skip("The API document (openapi.json, revision 1.37) is not beside this repository, so the schemas cannot be checked here.")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("https://oura.test/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	out := map[oura.DataType]*jsonschema.Schema{}
	for dt, name := range schemaNames {
		out[dt] = c.MustCompile("https://oura.test/openapi.json#/components/schemas/" + name)
	}
	return out
}

var itemLists = regexp.MustCompile(`"items":\[[^]]*\]`)

// distinct drops repeated numbers from the items of samples. The schema looks at
// one item at a time, so that a value seen once need not be looked at again.
func distinct(raw json.RawMessage) json.RawMessage {
	return itemLists.ReplaceAllFunc(raw, func(list []byte) []byte {
		items := strings.Split(string(list[len(`"items":[`):len(list)-1]), ",")
		slices.Sort(items)
		return []byte(`"items":[` + strings.Join(slices.Compact(items), ",") + `]`)
	})
}

func check(t *testing.T, s *jsonschema.Schema, raw json.RawMessage) {
	t.Helper()
	raw = distinct(raw)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err == nil {
		err = s.Validate(v)
	}
	if err != nil {
		t.Errorf("%v\n%.400s", err, raw)
	}
}

// checkAll validates documents side by side.
func checkAll(t *testing.T, s map[oura.DataType]*jsonschema.Schema, docs []Doc) {
	t.Helper()
	var wg sync.WaitGroup
	const workers = 2
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(docs); i += workers {
				check(t, s[docs[i].Type], docs[i].JSON)
			}
		})
	}
	wg.Wait()
}

func TestSchema_EveryDocumentOfAYear(t *testing.T) {
	s := schemas(t)
	docs := New(Options{Seed: 7, To: now}).DocumentsBetween("2025-11-22", "")
	if len(docs) < 3000 {
		t.Fatalf("only %d documents in a year", len(docs))
	}
	checkAll(t, s, docs)
}

func TestSchema_SampleOfFiveYearsForSeveralPeople(t *testing.T) {
	s := schemas(t)
	for seed := range int64(3) {
		p := New(Options{Seed: seed, To: now})
		for n := p.firstDay() + dayNum(seed); n < numOf(now); n += 67 {
			checkAll(t, s, p.DocumentsBetween(n.day(), (n+1).day()))
		}
		for _, ill := range p.year(numOf(now)).ills {
			checkAll(t, s, p.DocumentsBetween(ill.from.day(), ill.from.day()))
		}
	}
}

func TestSchema_UnfinishedDayAndRevisions(t *testing.T) {
	s := schemas(t)
	p := New(Options{Seed: 3, To: now})
	var docs []Doc
	for h := range 24 {
		docs = append(docs, p.Today(now.Add(-sinceStart(p)+hours(h)))...)
	}
	for _, d := range p.DocumentsBetween("2026-10-01", "2026-10-12") {
		docs = append(docs, p.Revise(d, 1), p.Revise(d, 6))
	}
	checkAll(t, s, docs)
}

func TestSchema_RowsAndProfile(t *testing.T) {
	s := schemas(t)
	p := New(Options{Seed: 7, To: now})
	check(t, s[oura.PersonalInfo], p.Profile())
	for row := range p.HeartRate(now.AddDate(0, 0, -4), now) {
		check(t, s[oura.HeartRate], row.JSON)
	}
	for row := range p.Battery(now.AddDate(0, 0, -30), now) {
		check(t, s[oura.RingBatteryLevel], row.JSON)
	}
}
