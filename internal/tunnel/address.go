package tunnel

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"oura-streaming/internal/oura"
)

var (
	hostForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
	pathForm = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+/?$`)
)

// CallbackURL returns the address to give to Oura: publicURL with ingressPath,
// or publicURL itself if it has a path of its own. It must be https; with
// loopbackHTTP (test builds, demo mode) plain http to this computer will do.
// Query, fragment and user info are refused. Code: invalid, with a sentence.
func CallbackURL(publicURL, ingressPath string, loopbackHTTP bool) (string, error) {
	u, err := parsePublic(publicURL, loopbackHTTP)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host + ownPathOr(u, ingressPath), nil
}

// IngressPath returns the path the ingress must serve: that of publicURL if it
// has one, else random. It does not judge the URL; CallbackURL does.
func IngressPath(publicURL, random string) string {
	u, err := url.Parse(strings.TrimSpace(publicURL))
	if err != nil {
		return random
	}
	return ownPathOr(u, random)
}

func ownPathOr(u *url.URL, path string) string {
	if u.Path == "" || u.Path == "/" {
		return path
	}
	return u.Path
}

// parsePublic checks what the user gave as public address. No message repeats
// the address: it may hold a password.
func parsePublic(raw string, loopbackHTTP bool) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return nil, invalid("The public address is not a web address. Enter it in full, like https://hooks.example.org.")
	case u.User != nil:
		return nil, invalid("The public address must not hold a user name or password. Leave out the part before the @.")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, invalid("The public address must not have a query. Leave out the question mark and all that follows.")
	case u.Fragment != "":
		return nil, invalid("The public address must not have a fragment. Leave out the # and all that follows.")
	case u.Scheme != "https" && !(u.Scheme == "http" && loopbackHTTP && isLoopback(u.Hostname())):
		return nil, invalid("Oura only calls addresses that start with https://. Put a certificate on your proxy and enter its https address.")
	case !hostForm.MatchString(u.Hostname()) && net.ParseIP(u.Hostname()) == nil:
		return nil, invalid("The host name in the public address holds characters that do not belong there. Write it in plain letters, digits, dots and hyphens.")
	case !plainPath(u):
		return nil, invalid("The path in the public address may hold only letters, digits and the signs . _ ~ - between single slashes. Choose a plainer path.")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// plainPath accepts paths that no proxy, library or server rewrites.
func plainPath(u *url.URL) bool {
	p := u.EscapedPath()
	if p == "" || p == "/" {
		return true
	}
	return len(p) <= 200 && pathForm.MatchString(p) && !strings.Contains(p+"/", "/./") && !strings.Contains(p+"/", "/../")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func invalid(message string) error { return &oura.Error{Code: oura.CodeInvalid, Message: message} }
