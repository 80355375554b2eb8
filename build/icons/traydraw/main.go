// Command traydraw draws the icons of the system tray, one per state of the
// program, from one set of figures:
//
//	go run ./build/icons/traydraw app/tray/icons
//
// No panel says whether it is light or dark. So each state has an outline of its
// own, and a colour that stands out from white as well as from a dark panel; on
// macOS the system colours the outline itself (a template).
package main

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"math"

	"oura-streaming/build/icons/drawn"
)

// The pictures lie in a square of 24, of which the outermost half stays clear.
const side = 24.0

// Sizes of the PNG files, of the pictures in each ICO, and of the templates.
var (
	sizes    = []int{22, 24, 32, 44, 48}
	icoSizes = []int{16, 20, 24, 32, 40, 48}
	template = 44
)

// An icon is an outline in a colour, and what is cut out of it: white in colour,
// clear in a template.
type icon struct {
	colour color.NRGBA
	figure func(p point) bool
	cut    func(p point) bool
}

// icons are named after the states.
var icons = map[string]icon{
	"live": {
		colour: color.NRGBA{0x1f, 0x9d, 0x61, 0xff},
		figure: disc(point{12, 12}, 11.3),
		cut:    ringOf(point{12, 12}, 5.2, 3),
	},
	"polling": {
		colour: color.NRGBA{0x3b, 0x82, 0xf6, 0xff},
		figure: either(arc(point{12, 13.2}, 8.2, 3.8), polygon(point{13.2, 0.6}, point{21.6, 6.6}, point{13, 11.8})),
		cut:    never,
	},
	"catching_up": {
		colour: color.NRGBA{0x8b, 0x6c, 0xf0, 0xff},
		figure: either(line(4, point{12, 2.6}, point{12, 10}), polygon(point{3.6, 8.6}, point{20.4, 8.6}, point{12, 17.4}), line(3.6, point{3.4, 21.4}, point{20.6, 21.4})),
		cut:    never,
	},
	"needs_you": {
		colour: color.NRGBA{0xe5, 0x48, 0x4d, 0xff},
		figure: either(polygon(point{12, 2.6}, point{21.6, 20.6}, point{2.4, 20.6}), line(4, point{12, 2.6}, point{21.6, 20.6}, point{2.4, 20.6}, point{12, 2.6})),
		cut:    either(line(3, point{12, 8.4}, point{12, 13.2}), disc(point{12, 18.2}, 1.8)),
	},
	"offline": {
		colour: color.NRGBA{0xc0, 0x7a, 0x1a, 0xff},
		figure: either(line(4.6, point{4, 4}, point{20, 20}), line(4.6, point{4, 20}, point{20, 4})),
		cut:    never,
	},
	"paused": {
		colour: color.NRGBA{0x7f, 0x89, 0x94, 0xff},
		figure: either(line(6, point{6.6, 4.4}, point{6.6, 19.6}), line(6, point{17.4, 4.4}, point{17.4, 19.6})),
		cut:    never,
	},
}

func main() { drawn.Main("traydraw", files) }

// files are all pictures, by name.
func files() map[string][]byte {
	out := map[string][]byte{}
	for name, i := range icons {
		for _, size := range sizes {
			out[fmt.Sprintf("%s-%d.png", name, size)] = drawn.PNG(i.draw(size))
		}
		out[name+"-template.png"] = drawn.PNG(i.outline(template))
		out[name+".ico"] = i.ico()
	}
	return out
}

// grid is how many points a pixel has in each direction; it is their mean.
const grid = 8

// shares says how much of a pixel the figure covers, and how much is cut out of it.
func (i icon) shares(x, y, size int) (figure, cut float64) {
	step := side / float64(size*grid)
	for n := range grid * grid {
		p := point{(float64(x*grid+n%grid) + 0.5) * step, (float64(y*grid+n/grid) + 0.5) * step}
		switch {
		case !i.figure(p):
		case i.cut(p):
			cut++
		default:
			figure++
		}
	}
	return figure / (grid * grid), cut / (grid * grid)
}

func (i icon) draw(size int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			figure, cut := i.shares(x, y, size)
			if figure+cut == 0 {
				continue
			}
			mix := func(v uint8) uint8 { return uint8(math.Round((float64(v)*figure + 255*cut) / (figure + cut))) }
			img.SetNRGBA(x, y, color.NRGBA{mix(i.colour.R), mix(i.colour.G), mix(i.colour.B), uint8(math.Round(255 * (figure + cut)))})
		}
	}
	return img
}

// outline is the template: black where there is something.
func (i icon) outline(size int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			figure, _ := i.shares(x, y, size)
			img.SetNRGBA(x, y, color.NRGBA{A: uint8(math.Round(255 * figure))})
		}
	}
	return img
}

// ico packs bitmaps of 32 bits, which every Windows loads in every size.
func (i icon) ico() []byte {
	le := binary.LittleEndian
	head := le.AppendUint16(le.AppendUint16(le.AppendUint16(nil, 0), 1), uint16(len(icoSizes)))
	var body []byte
	for _, size := range icoSizes {
		picture := bitmap(i.draw(size))
		head = append(head, byte(size), byte(size), 0, 0)
		head = le.AppendUint16(le.AppendUint16(head, 1), 32)
		head = le.AppendUint32(head, uint32(len(picture)))
		head = le.AppendUint32(head, uint32(6+16*len(icoSizes)+len(body)))
		body = append(body, picture...)
	}
	return append(head, body...)
}

// bitmap is a picture as an ICO holds it: its lines from below, blue first, then a
// mask of one bit per point that is left empty, for the picture says itself what is clear.
func bitmap(img *image.NRGBA) []byte {
	le, size := binary.LittleEndian, img.Rect.Dx()
	out := le.AppendUint32(nil, 40)
	out = le.AppendUint32(le.AppendUint32(out, uint32(size)), uint32(2*size))
	out = le.AppendUint16(le.AppendUint16(out, 1), 32)
	out = append(out, make([]byte, 24)...)
	for y := size - 1; y >= 0; y-- {
		for x := range size {
			c := img.NRGBAAt(x, y)
			out = append(out, c.B, c.G, c.R, c.A)
		}
	}
	return append(out, make([]byte, size*((size+31)/32*4))...)
}
