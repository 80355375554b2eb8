package export

import (
	"math"
	"testing"
)

func TestCourse_SharesTheWorkByStretches(t *testing.T) {
	c := Course{{Rows: 10, Work: 900}, {Rows: 1000, Work: 100}}
	for rows, want := range map[int64]float64{0: 0, 5: 0.45, 10: 0.9, 510: 0.95, 1010: 1, 5000: 1} {
		if got := c.Share(rows); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d rows are %v of the work, want %v", rows, got, want)
		}
	}
	if got := (Course)(nil).Share(7); got != 0 {
		t.Errorf("an unknown course: %v", got)
	}
}

func TestCourse_OfAnExport(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	c, err := r.x.Course(t.Context(), Request{Format: SQLite})
	if err != nil || len(c) < 10 {
		t.Fatalf("%+v, %v", c, err)
	}
	var rows int64
	if err := r.x.File(t.Context(), Request{Format: SQLite}, t.TempDir()+"/x.db", func(done, _ int64) { rows = done }); err != nil {
		t.Fatal(err)
	}
	if got := c.Share(rows); got < 0.95 {
		t.Errorf("all %d rows are %v of the work", rows, got)
	}
	events := c[0].Rows
	if share, byRows := c.Share(events), float64(events)/float64(rows); share < 3*byRows {
		t.Errorf("%d events are %v of the work, by rows %v", events, share, byRows)
	}
}
