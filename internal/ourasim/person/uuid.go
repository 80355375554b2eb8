package person

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// uuid names the k-th thing of a subject on day n. The same seed gives the same
// name for ever; it has the form of a random (version 4) UUID.
func (p *Person) uuid(s subject, n dayNum, k int) string {
	d := seedDice(p.seed, s|1<<32, int64(n)<<8|int64(k))
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], d.next())
	binary.BigEndian.PutUint64(b[8:], d.next())
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func appendInt(out []byte, x int) []byte { return strconv.AppendInt(out, int64(x), 10) }
