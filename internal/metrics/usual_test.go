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
	HRV struct {
		Nights []float64 `json:"rmssd_ms"`
		Mean   float64   `json:"mean60_ln"`
		SD     float64   `json:"sd60_ln"`
		Low    float64   `json:"day_lower_ms"`
		High   float64   `json:"day_upper_ms"`
	} `json:"hrv_normal_range"`
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
	m, s := r.middle(w)
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

func TestUsual_HRVIsTheNormalRangeOfTheLogarithm(t *testing.T) {
	nights := []float64{
		31, 31, 47, 24, 39, 25, 52, 42, 55, 36, 44, 38, 34, 42, 31, 37, 47, 41, 37, 65, 41, 36, 42, 36, 37, 37, 63, 41, 42, 47,
		63, 39, 35, 70, 29, 37, 47, 67, 33, 24, 47, 36, 37, 45, 42, 43, 37, 54, 56, 41, 37, 48, 45, 32, 37, 51, 40, 38, 42, 40,
	}
	const mean, deviation, low, high = 3.708002, 0.230626, 34.296126, 48.471298
	r := catalogue["sleep.average_hrv"].rule
	rangeAfter := func(nights []float64) Usual {
		return r.usualOn(values{first: date(1060 - len(nights)), list: append(slices.Clone(nights), 400)}, 1060)
	}
	u := rangeAfter(nights)
	if !u.Known || u.Days != 60 || !near(u.Low, low, 1e-4) || !near(u.High, high, 1e-4) || !near(u.Mid, math.Exp(mean), 1e-4) {
		t.Errorf("%+v, want %v to %v around %v", u, low, high, math.Exp(mean))
	}
	if z := r.robustZ(u, math.Exp(mean+0.75*deviation)); !near(z, 1, 1e-4) {
		t.Errorf("the upper end is %v halves away", z)
	}
	if u := rangeAfter(nights[:30]); !u.Known || u.Days != 30 {
		t.Errorf("thirty nights: %+v", u)
	}
	for _, n := range []int{14, 28, 29} { // no shorter window makes up for it
		if u := rangeAfter(nights[:n]); u.Known || u.Days != n || u.Needs != 30-n {
			t.Errorf("%d nights: %+v", n, u)
		}
	}
	if v := readVectors(t).HRV; !slices.Equal(v.Nights, nights) || v.Mean != mean || v.SD != deviation || v.Low != low || v.High != high {
		t.Errorf("hrv_normal_range has changed: %+v", v)
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
