package app

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/metrics"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
)

const (
	longestFileName = 80       // letters of a proposed file name
	largestFile     = 16 << 20 // bytes of a picture
	largestSide     = 20_000   // pixels of a picture
	longestSave     = time.Hour
	pictureStart    = "data:image/png;base64,"
)

// save asks for a place and writes text there, for this user only and in one step.
// It is none of the program's own files, and has the ending of what is in it.
func (b *backend) save(title, name, ending string, text []byte) (string, error) {
	path, err := b.askFile(title, name+ending)
	if path == "" || err != nil {
		return "", err
	}
	if err := b.mayWriteTo(filepath.Dir(path)); err != nil {
		return "", err
	}
	if !strings.EqualFold(filepath.Ext(path), ending) {
		path += ending
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) { // the dialog asked about another one
			return "", &oura.Error{Code: oura.CodeInvalid, Message: "There is a file " + filepath.Base(path) + " already. Choose another name."}
		}
	}
	// What a save that was killed has left there. Whoever cannot remove it may still be able to write.
	if err := private.Sweep(filepath.Dir(path), time.Now().Add(-longestSave)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.log.WarnContext(b.ctx, "unfinished saves stay in the folder", "err", err)
	}
	if err := private.Replace(path, text); err != nil {
		return "", &oura.Error{Code: oura.CodeStorage, Message: "The file cannot be written there. Check that you may write to the folder and that its disk has room, or choose another one.", Err: err}
	}
	return filepath.Base(path), nil
}

// mayWriteTo refuses the program's own folder. Where no way leads to that, which may be
// why no engine runs, a folder that can be reached does not lie in it.
func (b *backend) mayWriteTo(folder string) error {
	err := engine.MayWriteBeside(b.options().DataDir, folder)
	if _, failed := b.live(); failed == nil || oura.CodeOf(err) == oura.CodeInvalid {
		return err
	}
	if _, gone := filepath.EvalSymlinks(folder); gone != nil {
		return err
	}
	return nil
}

// trendCSV writes a row for each day with a value or a usual range. What is not
// known is empty.
func trendCSV(t metrics.Trend) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	write := func(cells ...string) { _ = w.Write(cells) } // a buffer takes everything
	write("day", "value", "usual_low", "usual_middle", "usual_high")
	number := func(v float64) string {
		scale := math.Pow10(t.Metric.Digits + 2)
		return strconv.FormatFloat(math.Round(v*scale)/scale, 'f', -1, 64)
	}
	days := slices.Concat(t.Days, t.BandDays)
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		row := []string{string(day), "", "", "", ""}
		if i, ok := slices.BinarySearch(t.Days, day); ok {
			row[1] = strconv.FormatFloat(t.Values[i], 'f', -1, 64)
		}
		if i, ok := slices.BinarySearch(t.BandDays, day); ok {
			u := t.Bands[i]
			row[2], row[3], row[4] = number(u.Low), number(u.Mid), number(u.High)
		}
		write(row...)
	}
	w.Flush()
	return out.Bytes()
}

// pictureOf reads a picture that the page has drawn. Code: invalid.
func pictureOf(text string) ([]byte, error) {
	text = strings.TrimPrefix(text, pictureStart)
	if len(text) > base64.StdEncoding.EncodedLen(largestFile) {
		return nil, &oura.Error{Code: oura.CodeInvalid, Message: "The picture is too large to be saved. Make the window smaller, then try again."}
	}
	picture, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, noPicture(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, noPicture(err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > largestSide || config.Height > largestSide {
		return nil, noPicture(errors.New("no such size"))
	}
	return picture, nil
}

func noPicture(err error) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: "This is no picture that can be saved. Draw the chart anew, then try again.", Err: err}
}

// pictureName proposes a file name.
func pictureName(name string) string {
	if name = plainName(name); name != "" {
		return name
	}
	return "oura-chart"
}

// plainName keeps what is safe in a file name on every system.
func plainName(text string) string {
	var out []byte
	for _, c := range []byte(text) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
		switch {
		case len(out) == longestFileName:
			return string(out)
		case letter:
			out = append(out, c)
		case len(out) > 0 && out[len(out)-1] != '-':
			out = append(out, '-')
		}
	}
	return strings.TrimRight(string(out), "-")
}
