// Command man writes the manual page of the program from what --help prints and
// from the table of settings, so that it cannot fall behind them.
//
//	go run ./build/linux/man VERSION DATE > oura-streaming.1
package main

import (
	"fmt"
	"os"
	"strings"

	"oura-streaming/internal/config"
)

func main() {
	if len(os.Args) != 3 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: man VERSION DATE") // nobody else to tell
		os.Exit(2)
	}
	_, _ = fmt.Print(page(os.Args[1], os.Args[2])) // nobody to tell
}

// option is one flag with its word for the value and what it does.
type option struct{ flag, value, does string }

// options reads the flags from the text that --help prints.
func options() (synopsis string, list []option) {
	for line := range strings.Lines(config.Usage) {
		text, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "  ")
		switch {
		case !indented || text == "":
		case strings.HasPrefix(text, "oura-streaming "):
			synopsis = strings.TrimPrefix(text, "oura-streaming ")
		case strings.HasPrefix(text, "--"):
			name, does, _ := strings.Cut(text, "  ")
			flag, value, _ := strings.Cut(name, " ")
			list = append(list, option{flag, value, strings.TrimSpace(does)})
		case len(list) > 0:
			list[len(list)-1].does += " " + strings.TrimSpace(text)
		}
	}
	return synopsis, list
}

// said are the variables and what each sets.
func said() [][2]string {
	return [][2]string{
		{"OURA_CLIENT_ID", "client id of your application at Oura"},
		{"OURA_CLIENT_SECRET", "its client secret"},
		{"OURA_REDIRECT_URI", "the redirect address registered there, when it is not the usual one"},
		{"OURA_MODE", "auto, live or polling"},
		{"OURA_PUBLIC_URL", "a public https address of your own, instead of the built-in tunnel"},
		{"OURA_INGRESS_PORT", "port on this computer that your own address leads to"},
		{"OURA_WEBHOOK_TYPES", "data types that Oura is to announce, separated by commas"},
		{"NGROK_AUTHTOKEN", "authtoken of the built-in tunnel"},
		{"NGROK_DOMAIN", "domain reserved at ngrok"},
		{"OURA_STREAMING_API_TOKEN", "one more token of the local API, for this run"},
		{"OURA_STREAMING_LOG", "how much is logged: debug, info, warn or error"},
	}
}

func page(version, date string) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	synopsis, list := options()
	p(`.\" Written by build/linux/man; change the text of --help instead.`)
	p(`.TH OURA\-STREAMING 1 "%s" "Oura Streaming %s" "User Commands"`, date, escape(version))
	p(".SH NAME\noura\\-streaming \\- keep an Oura ring's data live and complete on this computer")
	p(".SH SYNOPSIS\n.B oura\\-streaming\n%s", escape(synopsis))
	p(".SH DESCRIPTION\n%s", escape(strings.SplitN(config.Usage, "\n", 2)[0]))
	p("It signs in to an Oura account, reads what is new there, keeps every revision in one local SQLite file and shows it in its window.")
	p(".PP\nA second start on the same data folder shows the window of the first one. SIGTERM, SIGINT and SIGHUP end the program within five seconds; started by nohup it goes on when the terminal closes.")
	p(".SH OPTIONS")
	for _, o := range list {
		p(".TP\n.B %s%s\n%s.", escape(o.flag), italic(o.value), capital(escape(strings.TrimRight(o.does, "."))))
	}
	p(".SH ENVIRONMENT\nEach overrides its setting for this run. A file named .env in the data folder is read too.")
	for _, v := range said() {
		p(".TP\n.B %s\n%s.", escape(v[0]), capital(escape(v[1])))
	}
	p(".SH FILES")
	p(".TP\n.I ~/.local/share/oura\\-streaming\nThe data folder, below XDG_DATA_HOME where that is set: database and backups. Removing the package leaves it alone.")
	p(".TP\n.I ~/.local/share/oura\\-streaming\\-demo\nThe same for sample data.")
	p(".TP\n.I /usr/share/doc/oura\\-streaming\nLicenses and changes.")
	p(".SH EXIT STATUS\n0 on success and when the program was asked to end, 1 for a failure, 2 for a command line that is not understood.")
	p(".SH NOTES\nOura Streaming is not made by Oura, and it is no medical device.")
	return b.String()
}

// escape makes text plain to roff: hyphens stay hyphens, no line is a request.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

func italic(value string) string {
	if value == "" {
		return ""
	}
	return ` \fI` + escape(value) + `\fR`
}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
