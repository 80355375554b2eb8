package auth

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"oura-streaming/internal/oura"
)

// callbackPath is where CallbackHandler is mounted on the program's own listener.
const callbackPath = "/auth/callback"

// redirect is a redirect URI taken apart. Oura compares uri as a whole, so it is
// sent exactly as the user entered it.
type redirect struct {
	uri  string
	host string // localhost, 127.0.0.1 or ::1
	port int
	path string // without trailing slash; "" for none
	own  bool   // served by the program's own listener
}

// redirect returns the redirect URI in use and checks that we can be reached
// through it.
func (a *Auth) redirect() (redirect, error) {
	own, uri := a.opt.OwnPort(), ""
	if a.opt.RedirectURI != nil {
		uri = a.opt.RedirectURI()
	}
	if uri == "" {
		if own == 0 {
			return redirect{}, portTaken("The program's own port", nil)
		}
		uri = fmt.Sprintf("http://localhost:%d%s", own, callbackPath)
	}
	r, err := parseRedirect(uri)
	if err != nil {
		return redirect{}, err
	}
	r.own = r.port == own
	if r.own && r.path != callbackPath {
		return redirect{}, badRedirect(fmt.Sprintf("On port %d only the path %s answers. Use that path or another port, in Settings and in your application at Oura.", own, callbackPath))
	}
	return r, nil
}

func parseRedirect(uri string) (redirect, error) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return redirect{}, badRedirect("The redirect address must look like http://localhost:8000/auth/callback. Change it in Settings and in your application at Oura.")
	}
	host := u.Hostname()
	if !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, host) {
		return redirect{}, badRedirect("The redirect address must lead to this computer: http://localhost with a port and a path. Change it in Settings and in your application at Oura.")
	}
	port := 80
	if u.Port() != "" {
		port, err = strconv.Atoi(u.Port())
	}
	if err != nil || port < 1 || port > 65535 {
		return redirect{}, badRedirect("The redirect address has no valid port. Use a number from 1024 to 65535.")
	}
	return redirect{uri: uri, host: host, port: port, path: strings.TrimSuffix(u.Path, "/")}, nil
}

// matches reports whether a request's path is the redirect's, with or without
// trailing slash.
func (r redirect) matches(path string) bool { return strings.TrimSuffix(path, "/") == r.path }

// addresses lists what has to be bound for the redirect to arrive: browsers take
// either family for "localhost".
func (r redirect) addresses() []string {
	port := strconv.Itoa(r.port)
	switch r.host {
	case "127.0.0.1", "::1":
		return []string{net.JoinHostPort(r.host, port)}
	default:
		return []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}
	}
}

// hostAllowed compares a Host header with the three spellings of loopback. A
// page that lured the browser here by DNS has its own name in that header.
func hostAllowed(host string, port int) bool {
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		if host == net.JoinHostPort(name, strconv.Itoa(port)) {
			return true
		}
	}
	return port == 80 && slices.Contains([]string{"127.0.0.1", "[::1]", "localhost"}, host)
}

func badRedirect(message string) error { return trouble(oura.CodeInvalid, message, nil) }

func portTaken(what string, err error) error {
	return trouble(oura.CodePortTaken, what+" is in use by another program, so Oura could not send you back here. Close that program, or choose another port in Settings and in your application at Oura.", err)
}
