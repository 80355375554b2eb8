package diagnose

import (
	"cmp"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const redacted = "[redacted]"

// Path stands for a place on a disk.
const Path = "[path]"

// Sieve takes out of a text what must not be given away. The zero value knows the
// patterns only.
type Sieve struct {
	known []known
	words []whole
}

// whole is a name that may stand within others: only where it begins and ends it is
// taken out.
type whole struct {
	form    *regexp.Regexp
	instead string
}

// known is a text that somebody holds now, and what stands in its place.
type known struct{ text, instead string }

// shortestKnown is the least length of what is looked for everywhere: less would take
// words apart.
const shortestKnown = 4

// Secret adds what stands nowhere: also not as it looks in an address.
func (s *Sieve) Secret(texts ...string) {
	for _, t := range texts {
		s.Name(t, redacted)
		s.Name(url.QueryEscape(t), redacted)
		s.Name(url.PathEscape(t), redacted)
	}
}

// Name adds what is told by its kind alone: Name(id, "[user id]").
func (s *Sieve) Name(text, instead string) {
	quoted := strconv.Quote(text) // as a log has it
	for _, t := range []string{text, quoted[1 : len(quoted)-1]} {
		if k := (known{t, instead}); len(text) >= shortestKnown && !slices.Contains(s.known, k) {
			s.known = append(s.known, k)
		}
	}
	// Of two that begin alike the longer one goes first.
	slices.SortStableFunc(s.known, func(a, b known) int { return cmp.Compare(len(b.text), len(a.text)) })
}

// ends is what stands behind a whole word. What \b means is so for ASCII alone.
const ends = `([^\pL\pN]|$)`

// User adds the name of a user: folders of that name, or that begin with it as in
// "name-old", are not told.
func (s *Sieve) User(name string) {
	if name != "" {
		form := `(?i)([/\\])` + regexp.QuoteMeta(name) + `(?:[-._+@][^/\\\s:"',;)]*)?` + ends
		s.words = append(s.words, whole{regexp.MustCompile(form), "${1}[user]$2"})
	}
}

// Computer adds the name of this computer, with and without the network it is in.
func (s *Sieve) Computer(name string) {
	first, _, _ := strings.Cut(name, ".")
	for _, n := range []string{name, first} {
		if len(n) >= shortestKnown && !slices.Contains(everydayNames, strings.ToLower(n)) {
			form := `(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(n) + ends
			s.words = append(s.words, whole{regexp.MustCompile(form), "${1}[computer]$2"})
		}
	}
}

// everydayNames are a computer's names that tell nobody who it is.
var everydayNames = []string{"computer", "darwin", "debian", "fedora", "linux", "localhost", "oura", "ubuntu", "windows"}

// With returns a sieve that knows what other knows too.
func (s Sieve) With(other Sieve) Sieve {
	both := Sieve{known: slices.Clone(s.known), words: slices.Concat(s.words, other.words)}
	for _, k := range other.known {
		both.Name(k.text, k.instead)
	}
	return both
}

// Clean returns text without what is known and what looks like a secret.
func (s Sieve) Clean(text string) string {
	for _, k := range s.known {
		text = strings.ReplaceAll(text, k.text, k.instead)
	}
	text = Params(text)
	text = userInfo.ReplaceAllString(text, "://"+redacted+"@")
	text = email.ReplaceAllString(text, "[e-mail]")
	text = clock.ReplaceAllString(text, "[time]") // a sentence has it in this computer's zone
	text = homes.ReplaceAllString(text, "~")
	for _, w := range s.words {
		for range 2 { // of two side by side the first takes what stands between
			text = w.form.ReplaceAllString(text, w.instead)
		}
	}
	text = names.ReplaceAllString(text, "valid for [address], not ")
	text = host.ReplaceAllStringFunc(text, foreignHost)
	text = failed.ReplaceAllString(text, "$1 [path]: ")
	text = failed2.ReplaceAllString(text, "$1 [path] [path]: ")
	text = path.ReplaceAllString(text, Path)
	text = edge.ReplaceAllString(text, "[address]$1")
	text = number.ReplaceAllStringFunc(text, foreignNumber)
	text = object.ReplaceAllString(text, "…$1")
	return long.ReplaceAllStringFunc(text, opaque)
}

// What a failed call of the system says is "open PATH: why" or "rename PATH PATH: why",
// and a path may hold spaces: it ends where a colon and a space follow.
const (
	calls = `access|chdir|chmod|chown|chtimes|close|exec|fchmod|fchown|fcntl|fdatasync|fdopendir|flock|fork/exec|fstat|fstatat|fsync|ftruncate|getdents|` +
		`lchown|lock|lstat|mkdir|mkdirat|mmap|open|openat|read|readdir|readdirent|readlink|readlinkat|remove|rmdir|seek|stat|statfs|sync|truncate|unlink|unlinkat|utimensat|write|` +
		`CreateDirectory|CreateFile|DeleteFile|FindFirstFile|FindNextFile|GetFileAttributesEx|GetFileInformationByHandle|GetFinalPathNameByHandle|` +
		`LockFileEx|RemoveDirectory|SetFileAttributes|SetFileTime`
	calls2 = `link|linkat|rename|renameat|symlink|symlinkat|CreateHardLink|CreateSymbolicLink|MoveFile|MoveFileEx|ReplaceFile`
	start  = `(?:~|/|\[path\]|[A-Za-z]:[/\\]|\\\\)`
	rest   = `(?:[^:"]|:[^\s"])*: `
)

// The patterns. Nothing a report needs to hold looks like them.
var (
	param    = regexp.MustCompile(`(?i)\b(code|state|token|access_token|refresh_token|verification_token|client_secret|code_verifier)=[^&\s"']+`)
	bearer   = regexp.MustCompile(`(?i)\bbearer [A-Za-z0-9._~+/=-]+`)
	userInfo = regexp.MustCompile(`://[^/\s@"]+@`)
	clock    = regexp.MustCompile(`\b(?:on \d{4}-\d\d-\d\d |tomorrow )?at \d\d:\d\d(?::\d\d)?\b|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}, \d\d:\d\d\b`)
	email    = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)
	homes    = regexp.MustCompile(`(?i)(?:/home/|/Users/|[a-z]:\\+Users\\+)[^/\\\s:"']+|/root\b`)
	names    = regexp.MustCompile(`\bvalid for [^"]*?, not `)
	host     = regexp.MustCompile(`(?:\b[A-Za-z][A-Za-z0-9+]*://(?:\[redacted\]@)?|\blookup |\bwanted to match |\bvalid for \[address\], not )[\pL\pN_-]+(?:\.[\pL\pN_-]+)*`)
	failed   = regexp.MustCompile(`\b(` + calls + `) ` + start + rest)
	failed2  = regexp.MustCompile(`\b(` + calls2 + `) (?:` + start + `|\[)` + rest)
	path     = regexp.MustCompile(`(?:(?:~|\[path\]|/(?:mnt|media|run|var|opt|srv|tmp|usr|etc|Volumes)\b|\b[A-Za-z]:)[/\\]|\\\\)[^\s:"']*`)
	edge     = regexp.MustCompile(`\b[A-Za-z0-9-]+((?:\.[a-z]{2})?\.ngrok(?:-free)?\.(?:app|dev|io|pizza))\b`)
	number   = regexp.MustCompile(`[0-9A-Fa-f:.]*[0-9A-Fa-f][:.][0-9A-Fa-f:.]+|::[0-9A-Fa-f:.]*`)
	object   = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})\b`)
	long     = regexp.MustCompile(`[A-Za-z0-9_-]{20,}`)
)

// Params leaves out what parameters of an address and headers tell that is a secret.
func Params(s string) string {
	s = param.ReplaceAllString(s, "$1="+redacted)
	return bearer.ReplaceAllString(s, "Bearer "+redacted)
}

// ours are the hosts that the program itself names, with those below them.
var ours = []string{"ouraring.com", "ngrok.com", "ngrok-agent.com", "github.com"}

func isOurs(host string) bool {
	return slices.ContainsFunc(ours, func(end string) bool { return host == end || strings.HasSuffix(host, "."+end) })
}

// foreignHost takes out the name of a host that is somebody's own.
func foreignHost(s string) string {
	at := strings.LastIndexAny(s, " /@") + 1
	name := s[at:]
	if isOurs(name) || name == "localhost" {
		return s
	}
	if _, err := netip.ParseAddr(name); err == nil || edge.MatchString(name) { // told by their form
		return s
	}
	return s[:at] + "[address]"
}

// foreignNumber takes out the network address of somebody else, and leaves what is no
// address or leads to this computer.
func foreignNumber(s string) string {
	host := strings.TrimRight(s, ".:")
	end := s[len(host):]
	ip, err := netip.ParseAddr(host)
	if err != nil { // "10.0.0.7:443"
		at := strings.LastIndexByte(host, ':')
		if at < 0 {
			return s
		}
		if ip, err = netip.ParseAddr(host[:at]); err != nil {
			return s
		}
		end = host[at:] + end
	}
	if ip.IsLoopback() || ip.IsUnspecified() {
		return s
	}
	return "[ip]" + end
}

// opaque takes out a long word of letters and digits: it means nothing to a reader,
// and may mean everything to somebody else. Words of letters alone stay, and times.
func opaque(s string) string {
	digits := strings.ContainsAny(s, "0123456789")
	letters := strings.Trim(s, "0123456789-_TZ") != ""
	if digits && letters || len(s) > 40 {
		return "[…]"
	}
	return s
}
