package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

const (
	keyBytes   = 32 // AES-256
	markBytes  = 9  // format version and key mark in front of each sealed text
	version    = 1
	keysPrefix = "oura-streaming-key-1"
)

// dataKey is one AES-256 key with the mark that its sealed texts begin with.
// The mark is taken from the key's hash; it tells keys apart and nothing else.
type dataKey struct {
	raw  []byte
	mark [markBytes]byte
	aead cipher.AEAD // random nonce of 96 bits, kept in front of the ciphertext
}

func newDataKey() (dataKey, error) {
	raw := make([]byte, keyBytes)
	rand.Read(raw) // never fails: crypto/rand ends the process instead
	return makeDataKey(raw)
}

func makeDataKey(raw []byte) (dataKey, error) {
	if len(raw) != keyBytes {
		return dataKey{}, fmt.Errorf("data key of %d bytes, want %d", len(raw), keyBytes)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return dataKey{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return dataKey{}, err
	}
	k := dataKey{raw: raw, aead: aead}
	sum := sha256.Sum256(append([]byte(keysPrefix), raw...))
	k.mark[0] = version
	copy(k.mark[1:], sum[:])
	return k, nil
}

// seal returns mark, nonce and ciphertext. The row's name and the mark are
// authenticated with it.
func (k dataKey) seal(name string, plain []byte) ([]byte, error) {
	return k.aead.Seal(bytes.Clone(k.mark[:]), nil, plain, k.bind(name)), nil
}

func (k dataKey) made(sealed []byte) bool { return bytes.HasPrefix(sealed, k.mark[:]) }

func (k dataKey) open(name string, sealed []byte) ([]byte, error) {
	return k.aead.Open(nil, nil, sealed[markBytes:], k.bind(name))
}

func (k dataKey) bind(name string) []byte { return append(bytes.Clone(k.mark[:]), name...) }

// encodeKeys writes the keys as one line of text, newest first: some keychains
// take text only. Three keys stay far below the 2,560 bytes Windows allows.
func encodeKeys(keys []dataKey) []byte {
	parts := []string{keysPrefix}
	for _, k := range keys {
		parts = append(parts, base64.RawURLEncoding.EncodeToString(k.raw))
	}
	return []byte(strings.Join(parts, "."))
}

var errForeignKey = errors.New("not a data key of this program")

func decodeKeys(text []byte) ([]dataKey, error) {
	parts := strings.Split(strings.TrimSpace(string(text)), ".")
	if parts[0] != keysPrefix || len(parts) < 2 {
		return nil, errForeignKey
	}
	var keys []dataKey
	for _, part := range parts[1:] {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return nil, errForeignKey // the cause would quote the key
		}
		k, err := makeDataKey(raw)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}
