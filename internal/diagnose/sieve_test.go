package diagnose

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestS42_TheSieveKnowsWhatItIsTold(t *testing.T) {
	var s Sieve
	s.Secret("s3cr+t/with sp", `quo"ted\secret`, "abc")
	s.Name("mine.example.org", "[address]")
	s.Name("example.org", "[other]")
	s.Name("/home/mira/data", "[data folder]")
	s.User("mira")
	for text, want := range map[string]string{
		"a s3cr+t/with sp b":                      "a [redacted] b",
		"?x=s3cr%2Bt%2Fwith+sp&":                  "?x=[redacted]&",
		`err="quo\"ted\\secret"`:                  `err="[redacted]"`,
		"https://mine.example.org/x":              "https://[address]/x",
		"open /home/mira/data/store.mark":         "open [data folder]/store.mark",
		"open /media/mira/disk: no such folder":   "open [path]: no such folder",
		"written to /data/mira/x":                 "written to /data/[user]/x",
		"abcdef stays, since three letters do so": "abcdef stays, since three letters do so",
	} {
		if got := s.Clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestS42_TheSieveKnowsNamesOfAnyLetters(t *testing.T) {
	var s Sieve
	for _, name := range []string{"mira", "josé", "王", "a.b"} {
		s.User(name)
	}
	s.Computer("mira-laptop.fritz.box")
	s.Computer("ordi-de-josé")
	s.Computer("localhost")
	for text, want := range map[string]string{
		"in /data/josé/x and /data/josé":             "in /data/[user]/x and /data/[user]",
		"in /data/王/x":                               "in /data/[user]/x",
		"in /data/mira-lind/x":                       "in /data/[user]/x",
		`in E:\Mira`:                                 "in [path]",
		"in /data/MIRA/mira/mira, then":              "in /data/[user]/[user]/[user], then",
		"in /data/a.b and /data/axb":                 "in /data/[user] and /data/axb",
		"in /data/miranda and /data/王王 stays":        "in /data/miranda and /data/王王 stays",
		"lookup Mira-Laptop: no such host":           "lookup [computer]: no such host",
		"from mira-laptop.fritz.box to ordi-de-josé": "from [computer] to [computer]",
		"mira-laptop, not mira-laptops":              "[computer], not mira-laptops",
		"http://localhost:8001/":                     "http://localhost:8001/",
		`seen at c:\users\mira`:                      "seen at ~",
	} {
		if got := s.Clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestS42_TheSieveKnowsWhatSecretsLookLike(t *testing.T) {
	for text, want := range map[string]string{
		"https://x.example/cb?code=4/0Ab&state=xyz":                "https://[address]/cb?code=[redacted]&state=[redacted]",
		`Get "https://api.ouraring.com/v2/x": EOF`:                 `Get "https://api.ouraring.com/v2/x": EOF`,
		"lookup mine.example.org: no such host":                    "lookup [address]: no such host",
		"valid for a.example.org, not b.example.org":               "valid for [address], not [address]",
		"valid for a.example, nas.example, photos.example, not x":  "valid for [address], not [address]",
		"valid for nas, *.example, not api.ouraring.com: bad":      "valid for [address], not api.ouraring.com: bad",
		"not valid for any names, but wanted to match x.example":   "not valid for any names, but wanted to match [address]",
		"wss://nas.example/x, socks5://nas:1080, http://küche/":    "wss://[address]/x, socks5://[address]:1080, http://[address]/",
		"lookup nas: no such host":                                 "lookup [address]: no such host",
		"http://localhost:8001/ and tcp://[::1]:80":                "http://localhost:8001/ and tcp://[::1]:80",
		"http://127.0.0.1:8001/x and notouraring.com":              "http://127.0.0.1:8001/x and notouraring.com",
		"https://evil-ouraring.com/":                               "https://[address]/",
		"Authorization: Bearer eyJhbGciOi.J9":                      "Authorization: Bearer [redacted]",
		"http://mira:pass@proxy:3128":                              "http://[redacted]@[address]:3128",
		"mail to mira.lind+x@mail.example.com now":                 "mail to [e-mail] now",
		"open /home/mira/x/y":                                      "open [path]",
		"mkdir /srv/Our nights/2026: permission denied":            "mkdir [path]: permission denied",
		"rename /mnt/a/b.tmp /mnt/a/b: no space":                   "rename [path] [path]: no space",
		"rename ~/Our nights/a.tmp ~/Our nights/a: no space":       "rename [path] [path]: no space",
		"rename [data folder]/a /data/Our nights/a: no space":      "rename [path] [path]: no space",
		"link /data/Our nights/a /data/b: exists":                  "link [path] [path]: exists",
		"readlink /data/Our nights/a: denied":                      "readlink [path]: denied",
		"truncate /data/Our:nights/a: denied":                      "truncate [path]: denied",
		"chtimes /data/Königs Nächte/a: denied":                    "chtimes [path]: denied",
		`CreateFile D:\Our nights\a: Access is denied.`:            "CreateFile [path]: Access is denied.",
		`GetFileAttributesEx \\nas\Our nights\a: not found`:        "GetFileAttributesEx [path]: not found",
		`err="rename C:\\Our nights\\a D:\\Our nights\\b: denied"`: `err="rename [path] [path]: denied"`,
		`err="FindFirstFile \\\\nas\\Our nights\\*: denied"`:       `err="FindFirstFile [path]: denied"`,
		`seen at \\nas\nights`:                                     "seen at [path]",
		"a link is made: /v2/x and read: 5":                        "a link is made: /v2/x and read: 5",
		"GET /v2/usercollection/sleep: 500 on linux/amd64":         "GET /v2/usercollection/sleep: 500 on linux/amd64",
		"open /Users/Mira Lind":                                    "open ~ Lind",
		`open C:\Users\mira\AppData and "C:\\Users\\mira\\"`:       `open [path] and "[path]"`,
		"mkdir /root/.config: denied":                              "mkdir [path]: denied",
		"dial tcp 203.0.113.7:443: i/o timeout":                    "dial tcp [ip]:443: i/o timeout",
		"on [2001:db8::7]:53, 2001:db8::7 and fe80::1":             "on [[ip]]:53, [ip] and [ip]",
		"listens on 127.0.0.1:8001, [::1]:8001 and ::":             "listens on 127.0.0.1:8001, [::1]:8001 and ::",
		"in 03:00:09, 1.26.10 and 2026-11-23":                      "in 03:00:09, 1.26.10 and 2026-11-23",
		"Resumes at 14:05. The next try is at 15:04:05.":           "Resumes [time]. The next try is [time].",
		"resumes on 2026-11-29 at 04:00, tomorrow at 04:00":        "resumes [time], [time]",
		"The backup of 2 January 2006, 15:04 was brought back":     "The backup of [time] was brought back",
		"2026-11-23T03:00:09.120Z INFO":                            "2026-11-23T03:00:09.120Z INFO",
		"https://quick-fox-42.ngrok-free.app/x":                    "https://[address].ngrok-free.app/x",
		"https://quick.eu.ngrok.io":                                "https://[address].eu.ngrok.io",
		"object 9a0b1c2d-1111-2222-3333-444455556666":              "object …6666",
		"key 2abcDEF0123456789xyzuvw_ABC":                          "key […]",
		"deliveries_wrong_signature and daily_cardiovascular_age":  "deliveries_wrong_signature and daily_cardiovascular_age",
	} {
		if got := (Sieve{}).Clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestS42_TheLogTakesWhatIsOnAList(t *testing.T) {
	var ring Ring
	log := ring.Beside(slog.New(slog.DiscardHandler)).With("part", "poll")
	log.Debug("not this")
	log.Info("round ended", "kind", "hourly", "new", 3, "took", 2*time.Second, "object_id", "canary", "note", "canary", "body", []byte("canary"),
		slog.Group("profile", "email", "canary"), "holder", struct{ Secret string }{"canary"})
	log.Warn("failed", "err", errors.New("no answer"), "nothing", nil)
	got := ring.Log().Lines
	if len(got) != 2 || strings.Contains(fmt.Sprint(got), "canary") {
		t.Fatalf("%q", got)
	}
	for i, part := range []string{`INFO "round ended" part=poll kind=hourly new=3 took=2s object_id="[left out]" note="[left out]"`, `WARN failed part=poll err="no answer"`} {
		if !strings.Contains(got[i], part) {
			t.Errorf("line %d lacks %s: %s", i, part, got[i])
		}
	}
	if none := (*Ring)(nil).Log(); len(none.Lines) != 0 {
		t.Error("a ring that is not there remembers")
	}
}

// TestS42_TheLogTakesNoNumberOfAnotherName says numbers of every kind under names that
// no list has.
func TestS42_TheLogTakesNoNumberOfAnotherName(t *testing.T) {
	type score int
	var ring Ring
	log := slog.New(ring.Handler())
	day := time.Date(1973, 5, 19, 0, 0, 0, 0, time.UTC)
	log.Info("night", "bpm", 73519, "weight", 73519.5, "score", uint64(73519), "asleep", 73519*time.Second, "born", day, "well", true,
		"kind", score(73519), "why", []int{73519}, "round", []byte("73519"), slog.Group("new", "score", 73519))
	got := ring.Log().Lines[0]
	if strings.Contains(got, "73519") || strings.Contains(got, "20h25m") || strings.Contains(got, "1973") || strings.Contains(got, "true") {
		t.Error(got)
	}
	log.Info("round", "new", 7, "took", time.Second, "scopes_known", true, "status", 503, "carried", []string{"events"})
	if got := ring.Log().Lines[1]; !strings.HasSuffix(got, "INFO round new=7 took=1s scopes_known=true status=503 carried=[events]") {
		t.Error(got)
	}
}

func TestS42_TheLogTakesNoWordFromOutside(t *testing.T) {
	var ring Ring
	log := slog.New(ring.Handler())
	log.Info("refused", "word", "canary", "host", "canary.example", "token_host", "canary")
	log.Info("refused", "word", "invalid_grant", "host", "api.ouraring.com")
	got := ring.Log().Lines
	if strings.Contains(got[0], "canary") || !strings.HasSuffix(got[1], "word=invalid_grant host=api.ouraring.com") {
		t.Errorf("%q", got)
	}
}

func TestS42_TheLogForgetsWhatIsHeldNoMore(t *testing.T) {
	var ring Ring
	slog.New(ring.Handler()).Warn("failed", "err", errors.New("for former-client"))
	var s Sieve
	s.Name("former-client", "[client id]")
	ring.Clean(s)
	if got := ring.Log().Lines[0]; !strings.HasSuffix(got, `err="for [client id]"`) {
		t.Error(got)
	}
	(*Ring)(nil).Clean(s)
}

func TestU12_TheLogKeepsTheNewestLines(t *testing.T) {
	var ring Ring
	log := slog.New(ring.Handler())
	for i := range kept + 20 {
		log.Info("line", "count", i)
	}
	all := ring.Log()
	if all.Gone != 20 || len(all.Lines) != kept || !strings.HasSuffix(all.Lines[0], "count=20") || !strings.HasSuffix(all.Lines[kept-1], fmt.Sprint("count=", kept+19)) {
		t.Errorf("%d gone, %d kept, from %q to %q", all.Gone, len(all.Lines), all.Lines[0], all.Lines[len(all.Lines)-1])
	}
	text := Report{Title: "T", Log: all}.Text(Sieve{})
	if !strings.Contains(text, "[20 older lines left out]") {
		t.Error("what is missing is not told")
	}
}

func TestU12_TheTextIsWhatAPageTakes(t *testing.T) {
	var ring Ring
	log := slog.New(ring.Handler())
	for i := range kept {
		log.Info(strings.Repeat("long words ", 100), "count", i)
	}
	text := Report{Title: "T", Log: ring.Log()}.Text(Sieve{})
	if len(text) > largest+200 || len(text) < largest/2 || !strings.Contains(text, " older lines left out]") {
		t.Errorf("%d bytes", len(text))
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > longestValue+20 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestU12_AFactIsOneLine(t *testing.T) {
	s := Section{Title: "Part"}
	s.Add("name", "one\ntwo\t%s", "\x1b[31mthree\u202e\xff")
	s.Add("a longer name", "%s", strings.Repeat("x", 300)+" token="+strings.Repeat("y", 400))
	text := Report{Title: "Title", Sections: []Section{s}}.Text(Sieve{})
	if !strings.Contains(text, "  name           one two [31mthree ?\n") || strings.Contains(text, "yyy") {
		t.Errorf("%q", text)
	}
}

// TestS42_ALineIsCutBehindTheSieve has names lie where a long line is cut.
func TestS42_ALineIsCutBehindTheSieve(t *testing.T) {
	var s Sieve
	s.Name("/data/Canary family/our nights", "[data folder]")
	var ring Ring
	long := strings.Repeat("words ", longestValue/6-4) + "/data/Canary family/our nights and more of it that is cut"
	slog.New(ring.Handler()).Warn("said", "err", errors.New(long))
	section := Section{Title: "Part"}
	section.Add("name", "%s", long)
	text := Report{Title: "T", Sections: []Section{section}, Log: ring.Log()}.Text(s)
	if strings.Contains(text, "Canary") || strings.Count(text, " …") != 2 {
		t.Error(text)
	}
}

func TestU12_OnlyTheNamesAtTheFrontOfALineAreDropped(t *testing.T) {
	var ring Ring
	slog.New(ring.Handler()).Warn("said", "err", errors.New("uptime=5 level=6 msg=7"))
	if got := ring.Log().Lines[0]; !strings.HasSuffix(got, `Z WARN said err="uptime=5 level=6 msg=7"`) {
		t.Error(got)
	}
}

func TestU12_WordsForTimesAndSizes(t *testing.T) {
	now := time.Date(2026, 11, 23, 5, 0, 9, 0, time.FixedZone("", 2*3600))
	if got := Since(now.Add(-192*time.Minute), now); got != "2026-11-22 23:48:09Z, 3 h 12 min ago" {
		t.Error(got)
	}
	for want, d := range map[string]time.Duration{"0 s": 0, "-5 s": -5 * time.Second, "1 min 5 s": 65 * time.Second, "5 min": 5 * time.Minute, "3 days 4 h": 76 * time.Hour} {
		if got := For(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for want, n := range map[string]int64{"0 bytes": 0, "1.0 KB": 1024, "182.5 MB": 191_365_120, "2048.0 TB": 2 << 50} {
		if got := Size(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	if Since(time.Time{}, now) != "never" {
		t.Error("no instant is one")
	}
}
