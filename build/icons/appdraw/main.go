// Command appdraw draws the program's icon, a calm ring from which a pulse flows,
// as SVG, PNG and ICO from one set of figures:
//
//	go run ./build/icons/appdraw build/icons
package main

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"math"

	"oura-streaming/build/icons/drawn"
)

// The picture lies in a square of 512. Strokes grow where there are few pixels.
const (
	side   = 512.0
	margin = 16.0
	corner = 120.0
	centre = side / 2
	radius = 146.0
)

// pulse is the line that begins in the ring and leaves it to the right.
var pulse = []point{{196, 256}, {228, 256}, {256, 192}, {296, 322}, {324, 256}, {450, 256}}

var (
	top    = color.NRGBA{0x2b, 0x5f, 0x8c, 0xff}
	bottom = color.NRGBA{0x15, 0x2c, 0x52, 0xff}
	ring   = color.NRGBA{0xdf, 0xec, 0xf7, 0xff}
	beat   = color.NRGBA{0x6f, 0xe3, 0xc8, 0xff}
)

// Sizes of the PNG files, and of those that the ICO holds.
var (
	sizes    = []int{16, 22, 24, 32, 48, 64, 128, 256, 512}
	icoSizes = []int{16, 24, 32, 48, 64, 128, 256}
)

type point struct{ x, y float64 }

// look is how thick lines are, and the gap that the pulse keeps from the ring.
type look struct{ ring, pulse, gap float64 }

func lookAt(size int) look {
	switch {
	case size <= 24:
		return look{52, 46, 20}
	case size <= 48:
		return look{42, 36, 18}
	}
	return look{34, 26, 16}
}

func main() { drawn.Main("appdraw", files) }

// files are all that the icon consists of, by name.
func files() map[string][]byte {
	out := map[string][]byte{"app.svg": vector(lookAt(side))}
	for _, size := range sizes {
		out[fmt.Sprintf("app-%d.png", size)] = drawn.PNG(draw(size))
	}
	out["app.ico"] = ico()
	return out
}

func vector(l look) []byte {
	hex := func(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
	line := ""
	for i, p := range pulse {
		line += fmt.Sprintf("%s%g %g", map[bool]string{true: "M", false: " L"}[i == 0], p.x, p.y)
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512">
  <title>Oura Streaming</title>
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient>
    <mask id="gap"><rect width="512" height="512" fill="#fff"/><path d="%s" fill="none" stroke="#000" stroke-width="%g" stroke-linecap="round" stroke-linejoin="round"/></mask>
  </defs>
  <rect x="%g" y="%g" width="%g" height="%g" rx="%g" fill="url(#ground)"/>
  <circle cx="256" cy="256" r="%g" fill="none" stroke="%s" stroke-width="%g" mask="url(#gap)"/>
  <path d="%s" fill="none" stroke="%s" stroke-width="%g" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`, hex(top), hex(bottom), line, l.pulse+2*l.gap, margin, margin, side-2*margin, side-2*margin, corner, radius, hex(ring), l.ring, line, hex(beat), l.pulse)
}

// draw paints the icon with size pixels a side. Each pixel is the mean of its
// points, more of them where pixels are few.
func draw(size int) *image.NRGBA {
	grid := 8
	if size >= 128 {
		grid = 3
	}
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	l, step := lookAt(size), side/float64(size*grid)
	for y := range size {
		for x := range size {
			var sum [4]float64 // red, green and blue weighed by how far the point is covered; that last
			for i := range grid * grid {
				c := at(l, point{(float64(x*grid+i%grid) + 0.5) * step, (float64(y*grid+i/grid) + 0.5) * step})
				for n, v := range []uint8{c.R, c.G, c.B} {
					sum[n] += float64(v) * float64(c.A) / 255
				}
				sum[3] += float64(c.A) / 255
			}
			if sum[3] == 0 {
				continue
			}
			part := func(v float64) uint8 { return uint8(math.Round(v)) }
			img.SetNRGBA(x, y, color.NRGBA{part(sum[0] / sum[3]), part(sum[1] / sum[3]), part(sum[2] / sum[3]), part(sum[3] / float64(grid*grid) * 255)})
		}
	}
	return img
}

// at is the colour of one point.
func at(l look, p point) color.NRGBA {
	toLine := math.Inf(1)
	for i := 1; i < len(pulse); i++ {
		toLine = min(toLine, toSegment(p, pulse[i-1], pulse[i]))
	}
	toRing := math.Abs(math.Hypot(p.x-centre, p.y-centre) - radius)
	switch {
	case toLine <= l.pulse/2:
		return beat
	case toRing <= l.ring/2 && toLine > l.pulse/2+l.gap:
		return ring
	case inGround(p):
		return between(top, bottom, (p.y-margin)/(side-2*margin))
	}
	return color.NRGBA{}
}

// inGround reports whether p lies in the rounded square.
func inGround(p point) bool {
	half := side/2 - margin - corner
	dx, dy := max(math.Abs(p.x-centre)-half, 0), max(math.Abs(p.y-centre)-half, 0)
	return dx <= corner && dy <= corner && math.Hypot(dx, dy) <= corner
}

func toSegment(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := min(max(((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy), 0), 1)
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}

func between(a, b color.NRGBA, t float64) color.NRGBA {
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*t)) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}

// ico packs PNG pictures, which Windows reads since Vista.
func ico() []byte {
	var head, body []byte
	head = binary.LittleEndian.AppendUint16(head, 0)
	head = binary.LittleEndian.AppendUint16(head, 1) // an icon
	head = binary.LittleEndian.AppendUint16(head, uint16(len(icoSizes)))
	for _, size := range icoSizes {
		picture := drawn.PNG(draw(size))
		head = append(head, byte(size), byte(size), 0, 0) // 256 is written as 0
		head = binary.LittleEndian.AppendUint16(head, 1)
		head = binary.LittleEndian.AppendUint16(head, 32)
		head = binary.LittleEndian.AppendUint32(head, uint32(len(picture)))
		head = binary.LittleEndian.AppendUint32(head, uint32(6+16*len(icoSizes)+len(body)))
		body = append(body, picture...)
	}
	return append(head, body...)
}
