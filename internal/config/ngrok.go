package config

import (
	"context"
	"strings"

	"oura-streaming/internal/oura"
)

// NgrokAuthtoken returns the token of the user's ngrok account, "" without.
func (c *Config) NgrokAuthtoken() oura.Secret {
	if v := c.opt.Env[envNgrokToken]; v != "" {
		return oura.Secret(v)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ngrok
}

// NgrokFromEnvironment reports whether the environment gives the token in this run.
func (c *Config) NgrokFromEnvironment() bool { return c.opt.Env[envNgrokToken] != "" }

// SetNgrokAuthtoken stores the token sealed; "" forgets it. Code: invalid,
// storage, secrets_locked.
func (c *Config) SetNgrokAuthtoken(ctx context.Context, token string) error {
	token = strings.TrimSpace(token)
	if err := c.CheckNgrokAuthtoken(token); err != nil {
		return err
	}
	var sealed []byte // nil deletes the row
	if token != "" {
		var err error
		if sealed, err = c.seal.Seal(string(NgrokToken), []byte(token)); err != nil {
			return err
		}
	}
	if err := c.store.PutSecrets(ctx, map[string][]byte{string(NgrokToken): sealed}); err != nil {
		return err
	}
	c.mu.Lock()
	c.ngrok = oura.Secret(token)
	c.mu.Unlock()
	c.announce(NgrokToken)
	return nil
}

// CheckNgrokAuthtoken returns why SetNgrokAuthtoken would refuse the token. It
// catches what people paste instead of one: the whole command from ngrok's page,
// or half of it. Code: invalid.
func (c *Config) CheckNgrokAuthtoken(token string) error {
	if c.NgrokFromEnvironment() {
		return invalid("The ngrok authtoken is set by the environment variable %s for this run. Change it there.", envNgrokToken)
	}
	if isOddToken(strings.TrimSpace(token)) {
		return invalid("An ngrok authtoken is one word. Paste only the token from dashboard.ngrok.com, without the command around it.")
	}
	return nil
}

// isOddToken reports whether token cannot be an ngrok authtoken: one is a single
// word of plain characters.
func isOddToken(token string) bool {
	return len(token) > 256 || strings.ContainsFunc(token, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\''
	})
}

// NgrokHost returns the host name to ask ngrok for, "" to let it choose.
func (c *Config) NgrokHost() string { return bareDomain(c.Get(NgrokDomain)) }

// bareDomain takes off what a copied address has too much.
func bareDomain(v string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(v), "https://"), "/")
}
