package update

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// version is a semantic version as far as releases here use it.
type version struct {
	number  [3]int
	pre     string // "rc.1", "" for the version itself
	release bool   // made from a tag, with nothing changed since
}

var (
	form  = regexp.MustCompile(`^v(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:-([0-9A-Za-z.-]{1,40}))?$`)
	after = regexp.MustCompile(`(^|-)\d+-g[0-9a-f]{4,40}$`) // commits since the tag, as git describe says it
)

// parse reads a tag, or what git describe made of one. ok is false for anything
// else, such as the bare name of a commit.
func parse(text string) (v version, ok bool) {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return version{}, false
	}
	for i := range v.number {
		v.number[i], _ = strconv.Atoi(m[i+1]) // the form has digits there, few enough
	}
	v.pre = m[4]
	v.release = !after.MatchString(v.pre) && v.pre != "dev" && v.pre != "dirty" && !strings.HasSuffix(v.pre, "-dirty")
	return v, true
}

// before reports whether w is newer. Versions that lead to 1.2.3 come before it.
func (v version) before(w version) bool {
	for i := range v.number {
		if v.number[i] != w.number[i] {
			return v.number[i] < w.number[i]
		}
	}
	if v.pre == "" || w.pre == "" {
		return v.pre != "" && w.pre == ""
	}
	return comparePre(v.pre, w.pre) < 0
}

// comparePre follows the rules of semantic versions: numbers by value and before
// words, fewer parts before more.
func comparePre(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		c := cmp.Compare(as[i], bs[i])
		switch {
		case errX == nil && errY == nil:
			c = cmp.Compare(x, y)
		case errX == nil:
			c = -1
		case errY == nil:
			c = 1
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}
