package export

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"oura-streaming/internal/oura"
)

// Stream writes what r asks for to out. An error after the first byte leaves out
// with a part that nobody may take for the whole. Codes: invalid, rate_limited,
// storage.
func (x *Exporter) Stream(ctx context.Context, r Request, out io.Writer, progress Progress) error {
	if err := r.Check(); err != nil {
		return err
	}
	select {
	case x.slots <- struct{}{}:
		defer func() { <-x.slots }()
	default:
		return &oura.Error{
			Code: oura.CodeRateLimited, RetryAfter: 10 * time.Second,
			Message: "Two exports are under way already. Try again when one of them has ended.",
		}
	}
	return x.write(ctx, r, out, progress)
}

// write makes the output of any format.
func (x *Exporter) write(ctx context.Context, r Request, out io.Writer, progress Progress) error {
	if !r.Gzip {
		return x.writePlain(ctx, r, out, progress)
	}
	packed := gzip.NewWriter(out)
	if err := x.writePlain(ctx, r, packed, progress); err != nil {
		return err // without the end that makes it readable
	}
	return packed.Close()
}

func (x *Exporter) writePlain(ctx context.Context, r Request, out io.Writer, progress Progress) error {
	if r.Format == SQLite {
		return x.copyDatabase(ctx, r, out, progress)
	}
	w, err := NewWriter(r, out, x.now())
	if err != nil {
		return err
	}
	if err := x.run(ctx, r, w, progress); err != nil {
		return err
	}
	return w.Close()
}

// copyDatabase makes the database as a file in the program's own folder first: it
// is not written from front to back.
func (x *Exporter) copyDatabase(ctx context.Context, r Request, out io.Writer, progress Progress) (err error) {
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return folderError(err)
	}
	temp, err := createTemp(x.dir)
	if err != nil {
		return folderError(err)
	}
	defer func() { err = errors.Join(err, os.Remove(temp)) }()
	if err := x.writeDatabase(ctx, r, temp, progress); err != nil {
		return err
	}
	file, err := os.Open(filepath.Clean(temp))
	if err != nil {
		return folderError(err)
	}
	_, err = io.Copy(out, file)
	return errors.Join(err, file.Close())
}

// writeDatabase fills the empty file at path.
func (x *Exporter) writeDatabase(ctx context.Context, r Request, path string, progress Progress) error {
	meter := &meter{next: progress}
	w, err := newDatabase(ctx, path)
	if err == nil {
		if err = x.run(ctx, r, w, meter.note); err == nil {
			err = w.Close()
		} else {
			w.file.Discard()
		}
	}
	return fullError(err, path, meter)
}
