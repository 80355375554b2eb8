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

func TestNgrok_Domain(t *testing.T) {
	local := Hosts{LoopbackHTTP: true}
	for _, good := range []string{"name.ngrok-free.app", "Hooks.Example.org", "https://name.ngrok.app/"} {
		if err := checkDomain(good, Hosts{}); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"http://name.ngrok.app", "name.ngrok.app/x", "name", "-a.b", "a..b", "name.ngrok.app:443", strings.Repeat("a.", 200) + "b"} {
		if err := checkDomain(bad, Hosts{}); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%q was taken", bad)
		}
	}
	if err := checkDomain("127.0.0.1:8443", local); err != nil {
		t.Errorf("a test build does not take the test edge: %v", err)
	}
}
