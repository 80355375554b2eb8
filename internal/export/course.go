package export

import "context"

// rowWork is what a row costs beside its bytes, in bytes: samples are small and
// many.
const rowWork = 64

// Course is the way of an export, stretch by stretch in the order of its writing.
type Course []Stretch

// Stretch are rows that are alike.
type Stretch struct {
	Rows int64
	Work float64 // for all of them, in bytes about
}

// Course tells how much work each stretch of an export is, so that the time it
// takes yet can be judged: a document takes as long as twenty samples. Code:
// invalid.
func (x *Exporter) Course(ctx context.Context, r Request) (Course, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	parts, err := x.survey(ctx, r)
	if err != nil {
		return nil, err
	}
	var out Course
	mixed := false // events of all types come one after another: they are one stretch
	for _, p := range parts {
		bytes, err := p.bytes(r, false)
		if err != nil {
			return nil, err
		}
		if !mixed || !p.event {
			out = append(out, Stretch{})
		}
		mixed = p.event
		last := &out[len(out)-1]
		last.Rows += p.rows
		last.Work += bytes + float64(p.rows*rowWork)
	}
	return out, nil
}

// Share is how much of the work is done once so many rows are written, from 0 to
// 1; 0 for an unknown course.
func (c Course) Share(rows int64) float64 {
	done, all := 0.0, 0.0
	for _, s := range c {
		all += s.Work
		if written := min(rows, s.Rows); s.Rows > 0 {
			done += s.Work * float64(written) / float64(s.Rows)
			rows -= written
		}
	}
	if all == 0 {
		return 0
	}
	return done / all
}
