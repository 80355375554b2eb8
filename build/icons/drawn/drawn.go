// Package drawn writes pictures that a program has drawn.
package drawn

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

// Main writes files, by name, into the folder that the command line of the program
// called name gives, and ends it when that fails.
func Main(name string, files func() map[string][]byte) {
	if len(os.Args) != 2 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: "+name+" FOLDER") // nobody else to tell
		os.Exit(2)
	}
	for file, text := range files() {
		if err := os.WriteFile(filepath.Join(os.Args[1], file), text, 0o644); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err) // as above
			os.Exit(1)
		}
	}
}

// PNG is a picture as a file of that kind, as small as it can be.
func PNG(img image.Image) []byte {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
