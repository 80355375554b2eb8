package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestU04_IconsAreTheCommittedOnes compares points, for packing may differ from
// one Go to the next.
func TestU04_IconsAreTheCommittedOnes(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "app", "tray", "icons")
	drawn := files()
	for name, want := range drawn {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !same(t, name, got, want) {
			t.Errorf("%s is not what is drawn (%v): go run ./build/icons/traydraw app/tray/icons", name, err)
		}
	}
	there, err := os.ReadDir(folder)
	if err != nil || len(there) != len(drawn) {
		t.Errorf("%d files are there, %d are drawn (%v)", len(there), len(drawn), err)
	}
}

func same(t *testing.T, name string, got, want []byte) bool {
	t.Helper()
	if strings.HasSuffix(name, ".ico") {
		return bytes.Equal(got, want)
	}
	a, b := decode(t, got), decode(t, want)
	return a.Rect == b.Rect && bytes.Equal(a.Pix, b.Pix)
}

func decode(t *testing.T, text []byte) *image.NRGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewNRGBA(img.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

// TestU04_EachStateHasAnOutlineOfItsOwn leaves colour out.
func TestU04_EachStateHasAnOutlineOfItsOwn(t *testing.T) {
	for _, size := range sizes {
		outlines := map[string]*image.NRGBA{}
		for name, i := range icons {
			outlines[name] = i.outline(size)
		}
		for one, first := range outlines {
			for two, second := range outlines {
				if one >= two {
					continue
				}
				differ, either := 0, 0
				for i := 3; i < len(first.Pix); i += 4 {
					in, on := first.Pix[i] >= 0x80, second.Pix[i] >= 0x80
					if in || on {
						either++
					}
					if in != on {
						differ++
					}
				}
				if 3*differ < either {
					t.Errorf("%s and %s at %d: only %d of %d points differ", one, two, size, differ, either)
				}
			}
		}
	}
}

// TestU16_IconsStandOutFromEveryPanel wants the contrast of 3:1 that graphics need.
func TestU16_IconsStandOutFromEveryPanel(t *testing.T) {
	for name, i := range icons {
		for _, ground := range []color.NRGBA{{0xff, 0xff, 0xff, 0xff}, {0x2b, 0x2b, 0x2b, 0xff}, {0, 0, 0, 0xff}} {
			a, b := light(i.colour), light(ground)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 3 {
				t.Errorf("%s on %02x%02x%02x: %.2f:1", name, ground.R, ground.G, ground.B, ratio)
			}
		}
	}
}

// light is the relative luminance of WCAG.
func light(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func TestU04_NothingIsCutOffAtTheEdge(t *testing.T) {
	for name, i := range icons {
		for n := range int(side * 10) {
			at := float64(n) / 10
			for _, p := range []point{{at, 0.1}, {at, side - 0.1}, {0.1, at}, {side - 0.1, at}} {
				if i.figure(p) {
					t.Fatalf("%s touches the edge at %v", name, p)
				}
			}
		}
	}
}
