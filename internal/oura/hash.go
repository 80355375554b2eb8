package oura

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// ContentHash returns the SHA-256 of a document's content: white space and the
// order of keys do not count, number literals do. Two answers with the same
// hash are the same revision.
func ContentHash(doc []byte) ([sha256.Size]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hash document: %w", err)
	}
	canonical, err := json.Marshal(v) // maps are written with sorted keys
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hash document: %w", err)
	}
	return sha256.Sum256(canonical), nil
}
