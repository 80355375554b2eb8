package sqlite

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"

	"oura-streaming/internal/oura"
)

// damaged tells of stored samples that cannot be read.
func damaged(format string, args ...any) error {
	return storageSentence(msgDamaged, fmt.Errorf(format, args...))
}

// packSamples writes a day's samples as migrations/0002_samples.sql describes.
func packSamples(day oura.Day, rows []Sample) ([]byte, error) {
	start, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return nil, err
	}
	out := binary.AppendUvarint(nil, uint64(len(rows)))
	out = packInstants(out, start.UnixMilli(), rows)
	out = packSources(out, rows)
	return packValues(out, rows), nil
}

func packInstants(out []byte, before int64, rows []Sample) []byte {
	unit := int64(1000)
	for _, r := range rows {
		if r.At.UnixMilli()%unit != 0 {
			unit = 1
			break
		}
	}
	out = binary.AppendUvarint(out, uint64(unit))
	for _, r := range rows {
		at := r.At.UnixMilli()
		out = binary.AppendUvarint(out, uint64((at-before)/unit))
		before = at
	}
	return out
}

func packSources(out []byte, rows []Sample) []byte {
	index := map[string]uint64{}
	var names []string
	for _, r := range rows {
		if _, ok := index[r.Source]; !ok {
			index[r.Source] = uint64(len(names))
			names = append(names, r.Source)
		}
	}
	out = binary.AppendUvarint(out, uint64(len(names)))
	for _, name := range names {
		out = binary.AppendUvarint(out, uint64(len(name)))
		out = append(out, name...)
	}
	for i := 0; i < len(rows); {
		end := i
		for end < len(rows) && rows[end].Source == rows[i].Source {
			end++
		}
		out = binary.AppendUvarint(out, index[rows[i].Source])
		out = binary.AppendUvarint(out, uint64(end-i))
		i = end
	}
	return out
}

func packValues(out []byte, rows []Sample) []byte {
	const exact = 1 << 52 // whole numbers up to it are exact in a double
	whole := true
	for _, r := range rows {
		whole = whole && r.Value == math.Trunc(r.Value) && math.Abs(r.Value) < exact
	}
	if !whole {
		out = append(out, 1)
		for _, r := range rows {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(r.Value))
		}
		return out
	}
	out = append(out, 0)
	before := int64(0)
	for _, r := range rows {
		out = binary.AppendVarint(out, int64(r.Value)-before)
		before = int64(r.Value)
	}
	return out
}

// unpackSamples reads what packSamples wrote.
func unpackSamples(day oura.Day, packed []byte) ([]Sample, error) {
	start, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return nil, err
	}
	u := unpacker{rest: packed}
	rows := make([]Sample, u.length())
	unit, at := u.number(), start.UnixMilli()
	for i := range rows {
		at += int64(u.number() * unit)
		rows[i].At = time.UnixMilli(at).UTC()
	}
	u.sources(rows)
	u.values(rows)
	if u.bad || len(u.rest) > 0 {
		return nil, damaged("packed samples of %s", day)
	}
	return rows, nil
}

// unpacker reads from rest; after an error bad stays set and all reads give 0.
type unpacker struct {
	rest []byte
	bad  bool
}

func (u *unpacker) number() uint64 {
	v, n := binary.Uvarint(u.rest)
	if n <= 0 {
		u.bad, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[n:]
	return v
}

// length reads the size of something that takes at least one byte an element.
func (u *unpacker) length() int {
	n := u.number()
	if n > uint64(len(u.rest)) {
		u.bad, u.rest = true, nil
		return 0
	}
	return int(n)
}

func (u *unpacker) take(n int) []byte {
	if n > len(u.rest) {
		u.bad, u.rest = true, nil
		return nil
	}
	out := u.rest[:n]
	u.rest = u.rest[n:]
	return out
}

func (u *unpacker) sources(rows []Sample) {
	names := make([]string, u.length())
	for i := range names {
		names[i] = string(u.take(u.length()))
	}
	for i := 0; i < len(rows); {
		k, run := u.number(), u.number()
		if k >= uint64(len(names)) || run == 0 || run > uint64(len(rows)-i) {
			u.bad = true
			return
		}
		for range run {
			rows[i].Source = names[k]
			i++
		}
	}
}

func (u *unpacker) values(rows []Sample) {
	kind := u.take(1)
	if kind == nil {
		return
	}
	sum := int64(0)
	for i := range rows {
		if kind[0] == 0 {
			v := u.number()
			sum += int64(v>>1) ^ -int64(v&1)
			rows[i].Value = float64(sum)
		} else if b := u.take(8); b != nil {
			rows[i].Value = math.Float64frombits(binary.LittleEndian.Uint64(b))
		}
	}
}

// extrasPacker deflates extras. Its buffers are large, so that it is worth keeping.
type extrasPacker struct{ w *flate.Writer }

// pack returns nil when no row has an extra.
func (p *extrasPacker) pack(rows []Sample) ([]byte, error) {
	var out, plain bytes.Buffer
	for _, r := range rows {
		plain.Write(r.Extra)
		plain.WriteByte('\n')
	}
	if plain.Len() == len(rows) {
		return nil, nil
	}
	if p.w == nil {
		p.w, _ = flate.NewWriter(nil, flate.DefaultCompression) // fails for unknown levels only
	}
	p.w.Reset(&out)
	if _, err := p.w.Write(plain.Bytes()); err != nil {
		return nil, err
	}
	err := p.w.Close()
	return out.Bytes(), err
}

// unpackExtras puts the stored extras beside their rows.
func unpackExtras(rows []Sample, packed []byte) error {
	if packed == nil {
		return nil
	}
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return damaged("extras: %w", err)
	}
	lines := bytes.Split(plain, []byte{'\n'})
	if len(lines) != len(rows)+1 {
		return damaged("%d extras of %d", len(lines)-1, len(rows))
	}
	for i := range rows {
		if len(lines[i]) > 0 {
			rows[i].Extra = lines[i]
		}
	}
	return nil
}
