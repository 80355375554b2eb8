package metrics

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// vectors are the worked numbers of METRICS.
type vectors struct {
	RobustZ struct {
		Baseline      []float64
		Value, Median float64
		MAD           float64 `json:"mad"`
		Z             float64
	} `json:"robust_z"`
	ZeroMAD struct {
		Baseline             []float64
		Value, Median, Floor float64
		MAD                  float64 `json:"mad"`
		Z                    float64
	} `json:"robust_z_zero_mad"`
	Tag struct {
		With    []float64 `json:"with_tag"`
		Without []float64 `json:"without_tag"`
		Shift   float64   `json:"hodges_lehmann"`
		Delta   float64   `json:"cliffs_delta"`
		Medians float64   `json:"median_diff"`
	} `json:"tag_effect"`
	Hypnogram struct {
		Phases  string             `json:"phase_5_min"`
		InBed   int                `json:"time_in_bed_s"`
		Runs    int                `json:"runs"`
		Seconds map[string]float64 `json:"seconds"`
	} `json:"hypnogram"`
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "health", "vectors.json"))
	if err != nil {
		t.Skip("The worked numbers (health/vectors.json) are not beside this repository, so nothing can be held against them here.")
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func windowOf(list ...float64) *window {
	var w window
	for _, v := range list {
		w.add(v)
	}
	return &w
}

// rangeOf is the usual range of values, however many there are.
func (r rule) rangeOf(list []float64) Usual {
	w := windowOf(list...)
	m := w.median()
	s := max(madScale*w.mad(m), r.floor)
	return Usual{Known: true, Low: r.back(m - s), Mid: r.back(m), High: r.back(m + s), scale: s}
}

func TestUsual_WorkedNumbers(t *testing.T) {
	heart := rule{floor: floorHeart}
	for _, tc := range []struct {
		name               string
		baseline           []float64
		value, mid, mad, z float64
	}{
		{"robust z", []float64{52, 50, 51, 53, 49, 50, 52, 51, 50, 54, 51, 52, 50, 49, 51, 53, 52, 51, 50, 52, 51}, 58, 51, 1, 4.721435},
		{"robust z where all are equal", []float64{50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50}, 52, 50, 0, 2},
	} {
		u := heart.rangeOf(tc.baseline)
		if mad := windowOf(tc.baseline...).mad(u.Mid); u.Mid != tc.mid || mad != tc.mad || !near(heart.robustZ(u, tc.value), tc.z, 1e-6) {
			t.Errorf("%s: median %v, deviation %v, z %v", tc.name, u.Mid, mad, heart.robustZ(u, tc.value))
		}
	}
	v := readVectors(t)
	u := heart.rangeOf(v.RobustZ.Baseline)
	if u.Mid != v.RobustZ.Median || !near(heart.robustZ(u, v.RobustZ.Value), v.RobustZ.Z, 1e-6) {
		t.Errorf("robust_z: %v, %v", u.Mid, heart.robustZ(u, v.RobustZ.Value))
	}
	u = heart.rangeOf(v.ZeroMAD.Baseline)
	if u.Mid != v.ZeroMAD.Median || !near(heart.robustZ(u, v.ZeroMAD.Value), v.ZeroMAD.Z, 1e-6) {
		t.Errorf("robust_z_zero_mad: %v, %v", u.Mid, heart.robustZ(u, v.ZeroMAD.Value))
	}
}

// plainUsual is the range by METRICS §1 word for word.
func plainUsual(r rule, v values, d date) Usual {
	known := func(days date) (list []float64) {
		for at := d - days; at < d; at++ {
			if x := r.scaled(v.on(at)); !math.IsNaN(x) {
				list = append(list, x)
			}
		}
		return list
	}
	list := known(60)
	if len(list) < 30 {
		if list = known(28); len(list) < 14 {
			return Usual{}
		}
	}
	slices.Sort(list)
	m := middle(list)
	var off []float64
	for _, x := range list {
		off = append(off, math.Abs(x-m))
	}
	slices.Sort(off)
	s := max(1.4826*middle(off), r.floor)
	return Usual{Known: true, Low: r.back(m - s), Mid: r.back(m), High: r.back(m + s), Days: len(list)}
}

func TestUsual_MovingWindowsAreThoseOfEachDay(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		r := []rule{{floor: 2}, {floor: 0.05, log: true}, {floor: 0.2, log: true, least: 30}}[seed%3]
		v := values{first: 1000, list: blank(500)}
		share := rnd.Float64()
		for i := range v.list {
			if rnd.Float64() < share {
				v.list[i] = float64(rnd.IntN(60))
			}
		}
		known := 0
		r.usuals(v, 1070, 1480, func(d date, u Usual) {
			want := plainUsual(r, v, d)
			if u.Known != want.Known || u.Known && (!near(u.Low, want.Low, 1e-6) || !near(u.Mid, want.Mid, 1e-6) || !near(u.High, want.High, 1e-6) || u.Days != want.Days) {
				t.Fatalf("seed %d, day %d: %+v, want %+v", seed, d, u, want)
			}
			if u.Known {
				known++
			} else if u.Needs < 1 {
				t.Fatalf("seed %d, day %d: unknown, and nothing is needed", seed, d)
			}
		})
		if share > 0.7 && known < 400 {
			t.Errorf("seed %d: only %d ranges", seed, known)
		}
	}
}

func TestUsual_TheDayItselfTakesNoPart(t *testing.T) {
	v := values{first: 0, list: blank(100)}
	for i := range v.list[:60] {
		v.list[i] = 50
	}
	r := rule{floor: 1}
	before := r.usualOn(v, 60)
	v.list[60] = 1000
	if after := r.usualOn(v, 60); before != after || after.Days != 60 {
		t.Errorf("with the day's own value %+v, without it %+v", after, before)
	}
}

func TestUsual_LeastData(t *testing.T) {
	r := rule{floor: 1}
	for _, tc := range []struct {
		name        string
		days        func(ago int) bool
		known       bool
		days_, need int
	}{
		{"nothing", func(int) bool { return false }, false, 0, 14},
		{"thirteen of the last 28", func(ago int) bool { return ago <= 13 }, false, 13, 1},
		{"fourteen of the last 28", func(ago int) bool { return ago <= 14 }, true, 14, 0},
		{"29 in 60, few of them lately", func(ago int) bool { return ago > 28 && ago <= 57 }, false, 29, 1},
		{"thirty in 60, none lately", func(ago int) bool { return ago > 30 && ago <= 60 }, true, 30, 0},
		{"before the sixty days", func(ago int) bool { return ago > 60 }, false, 0, 14},
	} {
		v := values{first: 0, list: blank(101)}
		for ago := 1; ago <= 100; ago++ {
			if tc.days(ago) {
				v.list[100-ago] = 7
			}
		}
		if u := r.usualOn(v, 100); u.Known != tc.known || u.Days != tc.days_ || u.Needs != tc.need {
			t.Errorf("%s: %+v", tc.name, u)
		}
	}
}
