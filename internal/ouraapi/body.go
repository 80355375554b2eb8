package ouraapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"
)

var (
	errTooLarge = fmt.Errorf("%w: larger than %d MiB", ErrUnparsable, maxBody>>20)
	errTooDeep  = fmt.Errorf("%w: nested deeper than %d", ErrUnparsable, maxDepth)
	// ErrWebPage is in the chain of an error when a page for people came in the
	// place of data: something between Oura and us answered.
	ErrWebPage = errors.New("a web page instead of data")
)

// readBody reads an answer after decompression, up to maxBody. It counts the
// nesting as the bytes come, so that a hostile answer is dropped before it is
// held. A page of HTML is the word of something between Oura and us.
func readBody(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > maxBody {
		return nil, errTooLarge
	}
	body, err := readPieces(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode < 300 && bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return nil, ErrWebPage
	}
	if !utf8.Valid(body) { // one bad byte would make every list that holds it unreadable
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return body, nil
}

// readPieces collects pieces of growing size, because growing one slice would
// hold the data twice.
func readPieces(r io.Reader) ([]byte, error) {
	var (
		nesting depth
		pieces  [][]byte
		total   int
	)
	for size := 16 << 10; ; size = min(size*2, 1<<20) {
		piece, err := readPiece(r, size)
		if total += len(piece); total > maxBody {
			return nil, errTooLarge
		}
		if !nesting.feed(piece) {
			return nil, errTooDeep
		}
		pieces = append(pieces, piece)
		switch {
		case errors.Is(err, io.EOF) && len(pieces) == 1:
			return piece, nil
		case errors.Is(err, io.EOF):
			return bytes.Join(pieces, nil), nil
		case err != nil:
			return nil, err
		}
	}
}

// readPiece fills a new slice of the given size. Unlike io.ReadFull it leaves
// io.ErrUnexpectedEOF to mean that the answer was cut.
func readPiece(r io.Reader, size int) ([]byte, error) {
	piece := make([]byte, size)
	n := 0
	for n < size {
		m, err := r.Read(piece[n:])
		n += m
		if err != nil {
			return piece[:n], err
		}
	}
	return piece, nil
}
