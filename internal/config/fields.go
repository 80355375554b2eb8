package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"oura-streaming/internal/oura"
)

// Name is a setting as it is called in the store.
type Name string

// The settings.
const (
	ClientID     Name = "client_id"
	RedirectURI  Name = "redirect_uri"
	Mode         Name = "mode"
	Address      Name = "address"
	PublicURL    Name = "public_url"
	NgrokDomain  Name = "ngrok_domain"
	IngressPort  Name = "ingress_port"
	WebhookTypes Name = "webhook_types"
	PollMinutes  Name = "poll_minutes"
	APIPort      Name = "api_port"
	PKCE         Name = "pkce"
	ScopeStyle   Name = "scope_style"
	LogLevel     Name = "log_level"
	Theme        Name = "theme"
	WizardStep   Name = "wizard_step"
	Backups      Name = "backups"

	StreamFilters Name = "stream_filters" // JSON, "" for none

	ExportSchedule Name = "export_schedule"
	ExportFolder   Name = "export_folder"
	ExportFormat   Name = "export_format"
	ExportKind     Name = "export_kind"
	ExportGzip     Name = "export_gzip"
	ExportKeep     Name = "export_keep"
)

// Everything is the kind of an export that holds all kinds.
const Everything = "everything"

// DefaultLogLevel is low: standard error is a person's terminal, and what is
// wrong stands in the status.
const DefaultLogLevel = "error"

// Field is one row of the settings table.
type Field struct {
	Name    Name
	Env     string // "" when the environment cannot set it
	Default string
	Check   func(value string, h Hosts) error // nil: anything goes
}

var fields = []Field{
	{ClientID, "OURA_CLIENT_ID", "", checkWord("The client id")},
	{RedirectURI, "OURA_REDIRECT_URI", "", checkRedirect},
	{Mode, "OURA_MODE", "auto", oneOf("The mode", "auto", "live", "polling")},
	{Address, "", "auto", oneOf("The public address", "auto", "ngrok", "own_url", "none")},
	{PublicURL, "OURA_PUBLIC_URL", "", checkPublicURL},
	{NgrokDomain, "NGROK_DOMAIN", "", checkDomain},
	{IngressPort, "OURA_INGRESS_PORT", "8001", checkPort("The ingress port")},
	{WebhookTypes, "OURA_WEBHOOK_TYPES", join(oura.Fetchable()), checkTypes},
	{PollMinutes, "", "5", checkMinutes},
	{APIPort, "", "8000", checkPort("The port of the local API")},
	{KeepEventsDays, "", "0", checkKept("The days that events are kept", fewestEventDays)},
	{KeepEventsCount, "", "0", checkKept("The number of events that are kept", fewestEvents)},
	{KeepDeliveriesDays, "", "0", checkKept("The days that deliveries are kept", fewestDeliveryDays)},
	{KeepSamplesDays, "", "0", checkKept("The days that samples are kept", fewestSampleDays)},
	{PKCE, "", "on", oneOf("PKCE", "on", "off")},
	{ScopeStyle, "", "bare", oneOf("The scope style", "bare", "prefixed")},
	{LogLevel, "OURA_STREAMING_LOG", DefaultLogLevel, oneOf("The log level", "debug", "info", "warn", "error")},
	{Theme, "", "system", oneOf("The theme", "system", "light", "dark")},
	{WindowClosing, "", ClosingKeeps, oneOf("What closing the window does", ClosingKeeps, ClosingQuits)},
	{WindowCloseTold, "", "off", oneOf("Whether closing was explained", "on", "off")},
	{Backups, "", "on", oneOf("Daily backups", "on", "off")},
	{StreamFilters, "", "", nil},
	{WizardStep, "", "welcome", oneOf("The wizard step", "welcome", "client", "sign_in", "data", "done")},
	{ExportSchedule, "", "off", oneOf("The scheduled export", "off", "daily", "weekly")},
	{ExportFolder, "", "", checkFolder},
	{ExportFormat, "", "sqlite", oneOf("The format of an export", "sqlite", "csv", "jsonl")},
	{ExportKind, "", Everything, oneOf("What an export holds", Everything, "events", "documents", "samples")},
	{ExportGzip, "", "off", oneOf("Packing", "on", "off")},
	{ExportKeep, "", "7", checkKeep},
	{UpdateCheck, "", "off", oneOf("The look for a newer version", "on", "off")},
	{UpdateAsked, "", "", nil},
	{UpdateFound, "", "", nil},
	{UpdateTold, "", "", nil},
	{NotifySleep, "", "on", oneOf("The notification of last night", "on", "off")},
	{NotifyTypes, "", "", checkTold},
	{NotifyValues, "", "off", oneOf("Values in notifications", "on", "off")},
	{NotifySlept, "", "", nil},
}

// Fields returns the settings table.
func Fields() []Field { return slices.Clone(fields) }

// environmentNames lists the variables that set a row of the table.
func environmentNames() []string {
	var out []string
	for _, f := range fields {
		if f.Env != "" {
			out = append(out, f.Env)
		}
	}
	return out
}

func field(n Name) Field {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == n })
	if i < 0 {
		panic("config: no such setting: " + string(n)) // a programming error, seen by the first test
	}
	return fields[i]
}

func invalid(format string, args ...any) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}

func oneOf(what string, allowed ...string) func(string, Hosts) error {
	return func(v string, _ Hosts) error {
		if slices.Contains(allowed, v) {
			return nil
		}
		return invalid("%s must be one of: %s.", what, strings.Join(allowed, ", "))
	}
}

func checkWord(what string) func(string, Hosts) error {
	return func(v string, _ Hosts) error {
		if len(v) > 256 || strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return invalid("%s holds a character that Oura never uses there. Copy it again from Oura's portal.", what)
		}
		return nil
	}
}

func checkPort(what string) func(string, Hosts) error {
	return func(v string, _ Hosts) error {
		if n, err := strconv.Atoi(v); err != nil || n < 0 || n > 65535 {
			return invalid("%s must be a number from 0 to 65535 (0 takes any free one).", what)
		}
		return nil
	}
}

func checkMinutes(v string, _ Hosts) error {
	if n, err := strconv.Atoi(v); err != nil || n < 1 || n > 60 {
		return invalid("The minutes between two looks must be a number from 1 to 60.")
	}
	return nil
}

func checkKeep(v string, _ Hosts) error {
	if n, err := strconv.Atoi(v); err != nil || n < 1 || n > 365 {
		return invalid("The number of exports to keep must be from 1 to 365.")
	}
	return nil
}

func checkFolder(v string, _ Hosts) error {
	if !filepath.IsAbs(v) {
		return invalid("Choose a folder with its whole path.")
	}
	return nil
}

func checkTypes(v string, _ Hosts) error {
	if len(split(v)) == 0 {
		return invalid("Name at least one data type of: %s.", join(oura.Subscribable()))
	}
	for _, dt := range split(v) {
		if info, ok := oura.Lookup(dt); !ok || !info.Hook {
			return invalid("Oura has no webhooks for %q. It has them for: %s.", dt, join(oura.Subscribable()))
		}
	}
	return nil
}

// checkRedirect wants an address of this computer: a sign-in that comes back
// anywhere else would hand the code to a stranger.
func checkRedirect(v string, _ Hosts) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" || !IsLoopback(u.Hostname()) || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return invalid("The redirect address must look like http://localhost:8000/auth/callback: it has to lead back to this computer.")
	}
	return nil
}

func checkPublicURL(v string, h Hosts) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "":
		return invalid("The public address must look like https://oura.example.com.")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return invalid("The public address must be without user name, question mark and number sign: Oura adds its own query to it.")
	case u.Scheme == "http" && h.LoopbackHTTP && IsLoopback(u.Hostname()):
		return nil
	case u.Scheme != "https":
		return invalid("The public address must begin with https://: Oura sends to nothing else.")
	}
	return nil
}

var domainForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$`)

// numberForm is a host whose last part is a number: an IPv4 address or half of one.
var numberForm = regexp.MustCompile(`\.[0-9]+$`)

// checkDomain wants a host name such as ngrok hands out. A test build takes the
// address of a test edge besides: a loopback IP address with its port.
func checkDomain(v string, h Hosts) error {
	v = bareDomain(v)
	if ip, port, err := net.SplitHostPort(v); err == nil && h.LoopbackHTTP && net.ParseIP(ip).IsLoopback() && checkPort("")(port, h) == nil {
		return nil
	}
	if len(v) > 253 || !domainForm.MatchString(v) || numberForm.MatchString(v) {
		return invalid("The ngrok domain must be a host name alone, like name.ngrok.app: no IP address, no port, no path.")
	}
	return nil
}

// IsLoopback reports whether host is a name or address of this computer itself.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func join(types []oura.DataType) string {
	words := make([]string, len(types))
	for i, dt := range types {
		words[i] = string(dt)
	}
	return strings.Join(words, ",")
}

func split(v string) []oura.DataType {
	var out []oura.DataType
	for word := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		if dt := oura.DataType(word); !slices.Contains(out, dt) {
			out = append(out, dt)
		}
	}
	return out
}
