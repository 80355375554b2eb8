package engine

import (
	"context"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// diagnosticsLimit bounds the reading: a store that hangs is told to hang.
const diagnosticsLimit = 10 * time.Second

// sieveLimit bounds what is read only to be taken out, at the end of an engine.
const sieveLimit = 250 * time.Millisecond

// Diagnostics is what the program knows of itself, as a text that its user may give
// away: what is on the lists of these files, with the sections of more at its front
// and the newest lines of the log at its end. No secret, no health value (S-42).
func (e *Engine) Diagnostics(ctx context.Context, more ...diagnose.Section) string {
	ctx, cancel := context.WithTimeout(ctx, diagnosticsLimit)
	defer cancel()
	r := newReport(e.opt)
	r.Sections = append(r.Sections, e.runSection())
	r.Sections = append(r.Sections, more...)
	r.Sections = append(r.Sections, e.statusSection(), e.storeSection(ctx), e.holdingsSection(ctx), e.signInSection(ctx),
		e.addressSection(), e.deliveriesSection(), e.subscriptionsSection(ctx), e.roundsSection(), e.jobsSection(ctx), e.coverageSection(ctx),
		e.settingsSection(), e.localSection())
	return r.Text(e.sieve(ctx))
}

// Sieve knows what this engine alone knows. Whoever ends it takes it before, and cleans
// the log's newest lines with it afterwards: the next engine, on other data, shows the
// same lines. Of an engine that ended by itself it is what was known before that.
func (e *Engine) Sieve(ctx context.Context) diagnose.Sieve {
	if last := e.lastSieve.Load(); last != nil {
		return *last
	}
	ctx, cancel := context.WithTimeout(ctx, sieveLimit)
	defer cancel()
	return e.sieve(ctx)
}

// keepSieve has Sieve go on once the store is closed.
func (e *Engine) keepSieve() {
	s := e.Sieve(context.Background())
	e.lastSieve.Store(&s)
}

// DiagnosticsWithout is what is known while no engine runs; why tells the reason, and
// former what the last engine knew.
func DiagnosticsWithout(opt Options, why error, former diagnose.Sieve, more ...diagnose.Section) string {
	r := newReport(opt)
	r.Sections = append(append(r.Sections, more...), notStarted(opt, why))
	return r.Text(plainSieve(opt).With(former))
}

func newReport(opt Options) diagnose.Report {
	now := time.Now
	if opt.Now != nil {
		now = opt.Now
	}
	return diagnose.Report{
		Title: "Oura Streaming diagnostics, " + diagnose.At(now()),
		Intro: []string{
			"Without tokens, secrets, health values, addresses, e-mail and names.",
			"Sent to nobody: it goes where you put it.",
			"Times are in UTC. What was taken out stands in brackets.",
		},
		Sections: []diagnose.Section{programSection(opt)},
		Log:      opt.Recent.Log(),
	}
}

// shownModules are the libraries whose version often explains something.
var shownModules = map[string]string{
	"github.com/wailsapp/wails/v2":     "Wails",
	"golang.ngrok.com/ngrok/v2":        "ngrok",
	"modernc.org/sqlite":               "sqlite module",
	"fyne.io/systray":                  "systray",
	"github.com/zalando/go-keyring":    "keyring",
	"github.com/danielgtaylor/huma/v2": "huma",
}

func programSection(opt Options) diagnose.Section {
	s := diagnose.Section{Title: "Program"}
	s.Add("version", "%s", opt.Version)
	s.Add("system", "%s/%s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	s.Add("built with", "%s, SQLite %s", runtime.Version(), sqlite.Version())
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return s
	}
	var libraries []string
	for _, m := range info.Deps {
		if name, shown := shownModules[m.Path]; shown {
			libraries = append(libraries, name+" "+m.Version)
		}
	}
	if len(libraries) > 0 {
		s.Add("libraries", "%s", strings.Join(libraries, ", "))
	}
	for _, set := range info.Settings {
		switch set.Key {
		case "-tags":
			s.Add("build tags", "%s", set.Value)
		case "vcs.revision":
			s.Add("revision", "%.12s", set.Value)
		}
	}
	return s
}

// notStarted tells why there is no engine, and what can be seen without one.
func notStarted(opt Options, why error) diagnose.Section {
	s := diagnose.Section{Title: "Not started"}
	s.Add("why", "%s", oura.MessageOf(why))
	s.Add("code", "%s", oura.CodeOf(why))
	s.Add("cause", "%v", why)
	s.Add("data folder", "%s", folderKind(opt))
	switch info, err := os.Stat(opt.DataDir); {
	case err != nil:
		s.Add("seen there", "%v", err)
	default:
		s.Add("seen there", "a folder: %v, mode %v", info.IsDir(), info.Mode().Perm())
	}
	for _, ending := range []string{"", "-wal"} {
		if info, err := os.Lstat(filepath.Join(opt.DataDir, databaseFile+ending)); err == nil {
			s.Add("database"+ending, "%s, mode %v", diagnose.Size(info.Size()), info.Mode())
		}
	}
	return s
}

// folderKind tells what kind of place the data lie in, without its name where the
// user chose it.
func folderKind(opt Options) string {
	usual, err := DefaultDataDir(opt.Demo)
	switch home, homeErr := os.UserHomeDir(); {
	case err == nil && filepath.Clean(opt.DataDir) == filepath.Clean(usual):
		return "the usual one"
	case homeErr == nil && strings.HasPrefix(opt.DataDir, home+string(filepath.Separator)):
		return "another one, in the home folder"
	}
	return "another one, outside the home folder"
}

// plainSieve knows what can be known without an engine: the environment's secrets and
// the places of this user.
func plainSieve(opt Options) (s diagnose.Sieve) {
	env, err := config.Environment(opt.DataDir, opt.Environ)
	if err != nil { // which Open tells: the folder, or the file in it, cannot be read
		env = map[string]string{}
		for _, pair := range opt.Environ {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
	}
	for _, name := range []string{"OURA_CLIENT_SECRET", "NGROK_AUTHTOKEN", envAPIToken} {
		s.Secret(env[name])
	}
	s.Name(env["OURA_CLIENT_ID"], "[client id]")
	for _, name := range []string{"OURA_PUBLIC_URL", "NGROK_DOMAIN"} {
		nameHost(&s, env[name], "[address]")
	}
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"} {
		nameHost(&s, os.Getenv(name), "[proxy]")
	}
	if home, err := os.UserHomeDir(); err == nil {
		s.Name(filepath.Clean(home), "~")
	}
	nameFolder(&s, opt.DataDir, "[data folder]")
	if opt.KeyFile != "" {
		nameFolder(&s, filepath.Dir(opt.KeyFile), "[key folder]")
	}
	if who, err := user.Current(); err == nil {
		name := who.Username[strings.LastIndexByte(who.Username, '\\')+1:] // "COMPUTER\name" on Windows
		s.User(name)
		s.User(filepath.Base(who.HomeDir))
		if strings.Contains(who.Name, " ") { // a single word may be one of everyday use
			s.Name(who.Name, "[user]")
		}
	}
	if name, err := os.Hostname(); err == nil {
		s.Computer(name)
	}
	return s
}

// sieve also knows what the engine holds now.
func (e *Engine) sieve(ctx context.Context) diagnose.Sieve {
	s := plainSieve(e.opt)
	for _, secret := range append(e.auth.Held(ctx), e.cfg.SigningSecrets()...) {
		s.Secret(secret.Reveal())
	}
	s.Secret(e.cfg.NgrokAuthtoken().Reveal(), e.verificationToken().Reveal(), e.apiToken.Reveal(), strings.TrimPrefix(e.randomPath(), "/webhooks/"))
	s.Name(e.cfg.Get(config.ClientID), "[client id]")
	s.Name(e.shownUser(), "[user id]")
	if folder := e.cfg.Get(config.ExportFolder); folder != "" {
		nameFolder(&s, folder, "[export folder]")
	}
	a := e.Address()
	if strings.ContainsAny(a.Account, " @") || len(a.Account) > 8 { // a word of everyday use would take texts apart
		s.Name(a.Account, "[account]")
	}
	rows, _ := e.store.Subscriptions(ctx) // told in their section
	addresses := []string{a.URL, a.Callback, e.cfg.Get(config.PublicURL), e.cfg.NgrokHost()}
	for _, row := range rows {
		s.Name(row.ID, "[subscription]")
		addresses = append(addresses, row.CallbackURL)
	}
	for _, address := range addresses {
		nameHost(&s, address, "[address]")
		if u, err := url.Parse(address); err == nil && len(u.Path) > 8 {
			s.Name(strings.Trim(u.Path, "/"), "[path]")
		}
	}
	return s
}

// nameHost adds the host of an address, or what is a host already. This computer's
// own is no secret.
func nameHost(s *diagnose.Sieve, address, instead string) {
	host := address
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		host = u.Hostname()
	}
	if !config.IsLoopback(host) {
		s.Name(host, instead)
	}
}

// runSection tells how this run is doing.
func (e *Engine) runSection() diagnose.Section {
	s := diagnose.Section{Title: "This run"}
	now := e.wall()
	s.Add("started", "%s", diagnose.Since(e.startedAt, now))
	s.Add("data", "%s", map[bool]string{true: "sample data", false: "the user's own"}[e.demo != nil])
	s.Add("data folder", "%s", folderKind(e.opt))
	s.Add("keychain", "%s", e.keyKind())
	if d, ok := e.clock.measured.Error(); ok {
		s.Add("clock", "%s behind Oura's", diagnose.For(d))
	}
	if until, paused := e.Paused(); paused {
		s.Add("paused", "until %s", diagnose.At(until))
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Add("memory", "%s in use, %s from the system, %d goroutines", diagnose.Size(int64(m.HeapInuse)), diagnose.Size(int64(m.Sys)), runtime.NumGoroutine()) //nolint:gosec // no computer has that much
	return s
}

func (e *Engine) keyKind() string {
	switch where := e.KeyWhere(); {
	case e.locked.Load():
		return "locked"
	case where.Reason != "":
		return where.Kind + ". " + where.Reason
	default:
		return where.Kind
	}
}

// statusSection tells the state and what is wrong.
func (e *Engine) statusSection() diagnose.Section {
	s := diagnose.Section{Title: "Status"}
	snap, now := e.status.Snapshot(), e.wall()
	s.Add("state", "%s, since %s", snap.Word, diagnose.Since(snap.Since, now))
	for _, t := range snap.Troubles {
		if step := t.Remedy.Label; step != "" && step == snap.NextStep { // another one tells a time of this computer's zone
			s.Add("next step", "%s", step)
			break
		}
	}
	for _, t := range snap.Troubles {
		s.Add(t.Code, "%s, since %s", t.Severity, diagnose.Since(t.Since, now))
		s.AddLine("%s. %s", t.Title, withoutFolder(t.Text))
	}
	if len(snap.Troubles) == 0 {
		s.Add("troubles", "none")
	}
	return s
}
