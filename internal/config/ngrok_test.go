package config

import (
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestNgrok_TokenIsSealedAnnouncedAndForgotten(t *testing.T) {
	m := newMemory()
	c := load(t, m, Options{})
	var heard []Name
	c.OnChange(func(n Name) { heard = append(heard, n) })
	if err := c.SetNgrokAuthtoken(t.Context(), " 2abcdefNgrokToken "); err != nil {
		t.Fatal(err)
	}
	if got := c.NgrokAuthtoken().Reveal(); got != "2abcdefNgrokToken" {
		t.Errorf("token %q", got)
	}
	if again := load(t, m, Options{}); again.NgrokAuthtoken() != c.NgrokAuthtoken() {
		t.Error("the token did not come back after a restart")
	}
	if err := c.SetNgrokAuthtoken(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if again := load(t, m, Options{}); again.NgrokAuthtoken() != "" || c.NgrokAuthtoken() != "" {
		t.Error("the token was not forgotten")
	}
	if len(heard) != 2 || heard[0] != NgrokToken {
		t.Errorf("announced %v", heard)
	}
}

func TestNgrok_RefusesWhatIsNoToken(t *testing.T) {
	c := load(t, newMemory(), Options{})
	for _, pasted := range []string{"ngrok config add-authtoken 2abc", "'2abc'", "a\nb"} {
		if err := c.SetNgrokAuthtoken(t.Context(), pasted); oura.CodeOf(err) != oura.CodeInvalid || strings.Contains(err.Error(), "2abc") {
			t.Errorf("%q gave %v", pasted, err)
		}
	}
	c = load(t, newMemory(), Options{Env: map[string]string{envNgrokToken: "from-outside"}})
	if c.NgrokAuthtoken() != "from-outside" || !c.NgrokFromEnvironment() {
		t.Error("the environment's token is not in force")
	}
	if err := c.SetNgrokAuthtoken(t.Context(), "other"); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a token was stored over the environment's: %v", err)
	}
}

func TestNgrok_EnvironmentTokenIsCheckedAtLoad(t *testing.T) {
	for name, value := range map[string]string{
		"the whole command": "ngrok config add-authtoken canary", "quotes": `'canary'`, "two lines": "canary\nb",
		"a control character": "canary\x1b", "another alphabet": "canaryé", "far too long": "canary" + strings.Repeat("a", 300),
	} {
		_, err := Load(t.Context(), newMemory(), plain{}, Options{Env: map[string]string{envNgrokToken: value}})
		if oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), envNgrokToken) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, want the variable named and its value left out", name, err)
		}
	}
}

func TestNgrok_EnvironmentIsTrimmedAndBlanksAreNone(t *testing.T) {
	env := map[string]string{envNgrokToken: " 2abc\r\n", "NGROK_DOMAIN": "\tname.ngrok.app "}
	c := load(t, newMemory(), Options{Env: env})
	if got := c.NgrokAuthtoken().Reveal(); got != "2abc" || c.Get(NgrokDomain) != "name.ngrok.app" {
		t.Errorf("token %q, domain %q", got, c.Get(NgrokDomain))
	}
	if env[envNgrokToken] != " 2abc\r\n" {
		t.Error("the caller's map was changed")
	}
	c = load(t, newMemory(), Options{Env: map[string]string{envNgrokToken: " \t ", "NGROK_DOMAIN": "  "}})
	if c.NgrokFromEnvironment() || c.FromEnvironment(NgrokDomain) {
		t.Error("blanks count as set")
	}
	if err := c.SetNgrokAuthtoken(t.Context(), "other"); err != nil || c.NgrokAuthtoken() != "other" {
		t.Errorf("blanks keep a token from being stored: %v", err)
	}
}

func TestNgrok_EnvironmentDomainIsCheckedAtLoad(t *testing.T) {
	for _, value := range []string{"93.184.216.34", "name.ngrok.app:443"} {
		_, err := Load(t.Context(), newMemory(), plain{}, Options{Env: map[string]string{"NGROK_DOMAIN": value}})
		if oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), "NGROK_DOMAIN") {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestNgrok_Domain(t *testing.T) {
	local := Hosts{LoopbackHTTP: true}
	for _, good := range []string{"name.ngrok-free.app", "Hooks.Example.org", "https://name.ngrok.app/", "1.example.org", "a1.b2"} {
		for _, h := range []Hosts{{}, local} {
			if err := checkDomain(good, h); err != nil {
				t.Errorf("%q: %v", good, err)
			}
		}
	}
	for _, bad := range []string{
		"http://name.ngrok.app", "name.ngrok.app/x", "name", "-a.b", "a..b", "name.ngrok.app:443", strings.Repeat("a.", 200) + "b",
		"127.0.0.1", "93.184.216.34", "93.184.216.34:443", "1.2", "::1", "[::1]", "[2001:db8::1]:443", "localhost:8443", "127.0.0.1:", "127.0.0.1:x",
	} {
		for _, h := range []Hosts{{}, local} {
			if err := checkDomain(bad, h); oura.CodeOf(err) != oura.CodeInvalid {
				t.Errorf("%q was taken", bad)
			}
		}
	}
	for _, edge := range []string{"127.0.0.1:8443", "[::1]:8443"} {
		if err := checkDomain(edge, local); err != nil {
			t.Errorf("a test build does not take the test edge %q: %v", edge, err)
		}
		if err := checkDomain(edge, Hosts{}); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("a release takes the test edge %q", edge)
		}
	}
}
