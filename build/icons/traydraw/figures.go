package main

import "math"

type point struct{ x, y float64 }

func (p point) to(q point) float64 { return math.Hypot(p.x-q.x, p.y-q.y) }

func never(point) bool { return false }

func either(figures ...func(point) bool) func(point) bool {
	return func(p point) bool {
		for _, in := range figures {
			if in(p) {
				return true
			}
		}
		return false
	}
}

func disc(centre point, radius float64) func(point) bool {
	return func(p point) bool { return p.to(centre) <= radius }
}

func ringOf(centre point, radius, wide float64) func(point) bool {
	return func(p point) bool { return math.Abs(p.to(centre)-radius) <= wide/2 }
}

// arc is a ring that is open at the upper right, where an arrow's head belongs.
func arc(centre point, radius, wide float64) func(point) bool {
	ring := ringOf(centre, radius, wide)
	return func(p point) bool {
		angle := math.Atan2(centre.y-p.y, p.x-centre.x) * 180 / math.Pi
		return ring(p) && (angle < 0 || angle > 80)
	}
}

// line is a stroke with round ends and corners.
func line(wide float64, through ...point) func(point) bool {
	return func(p point) bool {
		for i := 1; i < len(through); i++ {
			if toSegment(p, through[i-1], through[i]) <= wide/2 {
				return true
			}
		}
		return false
	}
}

// polygon is convex.
func polygon(corners ...point) func(point) bool {
	return func(p point) bool {
		left, right := false, false
		for i, a := range corners {
			b := corners[(i+1)%len(corners)]
			turn := (b.x-a.x)*(p.y-a.y) - (b.y-a.y)*(p.x-a.x)
			left, right = left || turn < 0, right || turn > 0
		}
		return !(left && right)
	}
}

func toSegment(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := min(max(((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy), 0), 1)
	return p.to(point{a.x + t*dx, a.y + t*dy})
}
