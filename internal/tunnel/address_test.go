package tunnel

import (
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

const randomPath = "/webhooks/0123456789abcdef0123456789abcdef"

func TestCallbackURL_JoinsAddressAndPath(t *testing.T) {
	cases := []struct {
		name, public string
		loopbackHTTP bool
		want, path   string
	}{
		{"a bare address gets the random path", "https://hooks.example.org", false, "https://hooks.example.org" + randomPath, randomPath},
		{"a slash alone is no path", "https://hooks.example.org/", false, "https://hooks.example.org" + randomPath, randomPath},
		{"a path of its own is taken exactly", "https://example.org/my/oura", false, "https://example.org/my/oura", "/my/oura"},
		{"its trailing slash too", "https://example.org/oura/", false, "https://example.org/oura/", "/oura/"},
		{"a port stays", "https://example.org:8443", false, "https://example.org:8443" + randomPath, randomPath},
		{"scheme and host are lower case, blanks around are dropped", " HTTPS://Example.ORG/Oura ", false, "https://example.org/Oura", "/Oura"},
		{"an IPv6 host", "https://[2001:db8::1]:8443", false, "https://[2001:db8::1]:8443" + randomPath, randomPath},
		{"plain http to this computer in test builds", "http://127.0.0.1:9000", true, "http://127.0.0.1:9000" + randomPath, randomPath},
		{"by name", "http://localhost:9000/x", true, "http://localhost:9000/x", "/x"},
		{"by its IPv6 address", "http://[::1]:9000", true, "http://[::1]:9000" + randomPath, randomPath},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := CallbackURL(c.public, randomPath, c.loopbackHTTP)
			if err != nil || got != c.want {
				t.Errorf("CallbackURL(%q) = %q, %v; want %q", c.public, got, err, c.want)
			}
			if got := IngressPath(c.public, randomPath); got != c.path {
				t.Errorf("IngressPath(%q) = %q, want %q", c.public, got, c.path)
			}
		})
	}
}

func TestCallbackURL_RefusesWithASentence(t *testing.T) {
	cases := []struct {
		name, public string
		loopbackHTTP bool
	}{
		{"empty", "", false},
		{"no scheme", "hooks.example.org", false},
		{"another scheme", "ftp://example.org", false},
		{"plain http", "http://example.org", false},
		{"plain http to this computer in a release", "http://127.0.0.1:9000", false},
		{"plain http elsewhere in a test build", "http://example.org", true},
		{"a name that only begins like loopback", "http://127.0.0.1.example.org", true},
		{"user info", "https://me:hunter2@example.org", false},
		{"a user name alone", "https://me@example.org", false},
		{"a query", "https://example.org/?key=hunter2", false},
		{"an empty query", "https://example.org/?", false},
		{"a fragment", "https://example.org/#x", false},
		{"no host", "https:///x", false},
		{"opaque", "https:example.org", false},
		{"letters beyond ASCII in the host", "https://exämple.org", false},
		{"a host that begins with a hyphen", "https://-example.org", false},
		{"an encoded slash in the path", "https://example.org/a%2fb", false},
		{"double slashes", "https://example.org//a", false},
		{"a step upwards", "https://example.org/a/../b", false},
		{"a step upwards at the end", "https://example.org/a/..", false},
		{"a blank in the path", "https://example.org/a b", false},
		{"a path without end", "https://example.org/" + strings.Repeat("a", 300), false},
		{"a control character", "https://example.org/\x00", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := CallbackURL(c.public, randomPath, c.loopbackHTTP)
			if oura.CodeOf(err) != oura.CodeInvalid || got != "" {
				t.Fatalf("CallbackURL(%q) = %q, %v; want a refusal", c.public, got, err)
			}
			if m := oura.MessageOf(err); !strings.HasSuffix(m, ".") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the refusal says %q", err)
			}
		})
	}
}

func FuzzCallbackURL(f *testing.F) {
	for _, s := range []string{"https://example.org", "https://example.org/a/b/", "http://[::1]:1", "https://a@b?c#d", "https://exämple.org/%2f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, public string) {
		got, err := CallbackURL(public, randomPath, true)
		if err != nil {
			return
		}
		if !strings.HasSuffix(got, IngressPath(public, randomPath)) {
			t.Errorf("Oura would call %q, the ingress would serve %q", got, IngressPath(public, randomPath))
		}
		if again, err := CallbackURL(got, "/never", true); err != nil || again != got {
			t.Errorf("%q is not stable: %q, %v", got, again, err)
		}
		if strings.ContainsAny(got, "?#@ \\") {
			t.Errorf("%q holds a character that must not be there", got)
		}
	})
}
