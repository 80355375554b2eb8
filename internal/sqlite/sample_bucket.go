package sqlite

import (
	"math"
	"time"

	"oura-streaming/internal/oura"
)

// bucket is a sum that more can be added to.
type bucket struct {
	at, count     int64
	min, max, sum float64
}

func (b *bucket) add(v float64) {
	if b.count == 0 {
		b.min, b.max = math.Inf(1), math.Inf(-1)
	}
	b.count++
	b.min, b.max, b.sum = min(b.min, v), max(b.max, v), b.sum+v
}

func bucketOf(rows []Sample) (b bucket) {
	for _, r := range rows {
		b.add(r.Value)
	}
	return b
}

// collector sorts samples into spans of width; all numbers are milliseconds.
// Spans begin at anchor, which lies at or before from.
type collector struct {
	anchor, from, to, width int64

	spans []bucket // begins ascending
}

// scan takes one row of SampleBuckets.
func (c *collector) scan(scan func(...any) error) error {
	var day oura.Day
	var first int64
	var all bucket
	var packed []byte
	if err := scan(&day, &first, &all.count, &all.min, &all.max, &all.sum, &packed); err != nil {
		return err
	}
	if packed == nil {
		c.addAll(first, all)
		return nil
	}
	rows, err := unpackSamples(day, packed)
	for _, r := range rows {
		if at := r.At.UnixMilli(); at >= c.from && at < c.to {
			c.span(at).add(r.Value)
		}
	}
	return err
}

// span returns the span of an instant, which must not lie before the last one.
func (c *collector) span(at int64) *bucket {
	at -= (at - c.anchor) % c.width
	if n := len(c.spans); n == 0 || c.spans[n-1].at != at {
		c.spans = append(c.spans, bucket{at: at})
	}
	return &c.spans[len(c.spans)-1]
}

func (c *collector) addAll(at int64, all bucket) {
	b := c.span(at)
	if b.count == 0 {
		all.at = b.at
		*b = all
		return
	}
	b.min, b.max = min(b.min, all.min), max(b.max, all.max)
	b.count, b.sum = b.count+all.count, b.sum+all.sum
}

func (c *collector) buckets() []Bucket {
	out := make([]Bucket, len(c.spans))
	for i, b := range c.spans {
		out[i] = Bucket{
			At: time.UnixMilli(b.at).UTC(), Count: int(b.count), Min: b.min, Mean: b.sum / float64(b.count), Max: b.max,
		}
	}
	return out
}
