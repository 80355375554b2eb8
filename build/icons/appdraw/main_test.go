package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"oura-streaming/build/icons/drawn"
)

func TestFiles_AreTheCommittedOnes(t *testing.T) {
	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is drawn (%v): go run ./build/icons/appdraw build/icons", name, err)
		}
	}
}

// TestDraw_ShowsRingAndPulse looks at points that must be seen in every size.
func TestDraw_ShowsRingAndPulse(t *testing.T) {
	for _, size := range sizes {
		img, err := png.Decode(bytes.NewReader(drawn.PNG(draw(size))))
		if err != nil {
			t.Fatal(err)
		}
		px := func(x, y float64) (r, g, b, a uint32) {
			return img.At(int(x/side*float64(size)), int(y/side*float64(size))).RGBA()
		}
		if _, _, _, a := px(1, 1); a != 0 {
			t.Errorf("%d: the corner is not clear", size)
		}
		if r, _, _, _ := px(centre-radius, centre); r < 0x9000 {
			t.Errorf("%d: no ring on the left (red %#x)", size, r)
		}
		if r, g, _, _ := px(430, centre); g < 0x9000 || r > 0xa000 {
			t.Errorf("%d: no pulse on the right (red %#x, green %#x)", size, r, g)
		}
	}
}
