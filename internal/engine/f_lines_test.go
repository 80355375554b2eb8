package engine

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"sync"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
	"oura-streaming/internal/vault"
)

// chain is a keychain that can be locked.
type chain struct {
	mu     sync.Mutex // guards the fields below
	text   []byte
	locked bool
	asked  int // times that its password was asked for
	sets   int
}

var errChainLocked = errors.New("the keychain is locked")

func (c *chain) Get(context.Context) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.locked:
		c.asked++
		return nil, errChainLocked
	case c.text == nil:
		return nil, vault.ErrNoKey
	}
	return bytes.Clone(c.text), nil
}

func (c *chain) WouldAsk(context.Context) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.locked
}

func (c *chain) prompts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

func (c *chain) Set(_ context.Context, text []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.locked {
		return errChainLocked
	}
	c.text, c.sets = bytes.Clone(text), c.sets+1
	return nil
}

func (c *chain) Delete(context.Context) error { return errors.New("nobody deletes the key") }

func (c *chain) lock(locked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.locked = locked
}

// sealedRows returns all sealed rows as they lie in the store.
func (p *program) sealedRows() map[string]string {
	p.t.Helper()
	names, err := p.engine.store.SecretNames(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	rows := map[string]string{}
	for _, name := range names {
		sealed, _, err := p.engine.store.Secret(p.t.Context(), name)
		if err != nil {
			p.t.Fatal(err)
		}
		rows[name] = string(sealed)
	}
	return rows
}

func TestF43_LockedKeychainIsToldAndTheProgramGoesOnWhenItOpens(t *testing.T) {
	sim, port := cloud(t, nil)
	keys := &chain{}
	opt := options(t, sim, port)
	opt.Keychain = func(string) vault.Keychain { return keys }
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	before := p.sealedRows()
	p.stop()

	keys.lock(true)
	p = start(t, sim, opt)
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.SecretsLocked), "no trouble secrets_locked") })
	if p.engine.Callback() != "" {
		t.Error("the public address opened without its sealed path")
	}
	if len(before) < 3 {
		t.Fatalf("only %d sealed rows", len(before))
	}
	p.engine.tryUnlock(t.Context(), true) // as it does every half minute
	if n := keys.prompts(); n != 1 {
		t.Errorf("the password was asked for %d times, want once", n)
	}
	p.engine.Retry(t.Context())
	p.wait("the password asked for again", func() string { return want(keys.prompts() == 2, "nobody asked for") })
	keys.lock(false)
	p.engine.Retry(t.Context())
	p.wait("the trouble to go", func() string { return want(!p.hasTrouble(status.SecretsLocked), "still locked") })
	p.subscribed()
	doc := document(oura.DailySleep, "night", 1)
	p.put(doc)
	p.arrives(oura.DailySleep, "night", oura.Create, doc.JSON)
	if now := p.sealedRows(); !maps.Equal(now, before) || keys.sets != 1 {
		t.Errorf("sealed rows changed, or the key was written %d times, want once", keys.sets)
	}
}
