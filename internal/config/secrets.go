package config

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Names of the sealed rows this package owns, and the variables that override
// them. ClientSecret and NgrokToken are also the names in OnChange.
const (
	clientSecretFormer = "client_secret_previous"
	envClientSecret    = "OURA_CLIENT_SECRET"
	envNgrokToken      = "NGROK_AUTHTOKEN"

	ClientSecret Name = "client_secret"
	NgrokToken   Name = "ngrok_authtoken"
)

// formerLife is how long deliveries signed with the former client secret still
// count (S-28).
const formerLife = 24 * time.Hour

type formerSecret struct {
	Secret  string `json:"secret"`
	UntilMS int64  `json:"until_ms"`
}

// Client returns the client id and secret in force. Code: not_configured.
func (c *Config) Client(context.Context) (id string, secret oura.Secret, err error) {
	id, secret = c.Get(ClientID), c.clientSecret()
	if id == "" || secret == "" {
		return "", "", &oura.Error{
			Code:    oura.CodeNotConfigured,
			Message: "Client id and client secret are missing. Register an application with Oura, then enter both in the wizard or set OURA_CLIENT_ID and OURA_CLIENT_SECRET.",
		}
	}
	return id, secret, nil
}

// HasClientSecret reports whether one is known, without showing it.
func (c *Config) HasClientSecret() bool { return c.clientSecret() != "" }

// SigningSecrets returns the secrets a delivery may be signed with: the current
// one, and for 24 h after a change the former one.
func (c *Config) SigningSecrets() []oura.Secret {
	var out []oura.Secret
	if s := c.clientSecret(); s != "" {
		out = append(out, s)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.former.Secret != "" && c.opt.Now().UnixMilli() < c.former.UntilMS {
		out = append(out, oura.Secret(c.former.Secret))
	}
	return out
}

func (c *Config) clientSecret() oura.Secret {
	if v := c.opt.Env[envClientSecret]; v != "" {
		return oura.Secret(v)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.client
}

// SetClient stores id and secret; an empty secret keeps the present one. The
// former secret stays valid for deliveries for 24 h. Code: invalid, storage.
func (c *Config) SetClient(ctx context.Context, id, secret string) error {
	id, secret = strings.TrimSpace(id), strings.TrimSpace(secret)
	if id == "" {
		return invalid("The client id is empty. Copy it from Oura's portal.")
	}
	if secret == "" && !c.HasClientSecret() {
		return invalid("The client secret is empty. Copy it from Oura's portal.")
	}
	if err := checkWord("The client secret")(secret, c.opt.Hosts); err != nil {
		return err
	}
	if secret != "" && secret != c.clientSecret().Reveal() {
		if err := c.replaceSecret(ctx, secret); err != nil {
			return err
		}
	}
	if id != c.Get(ClientID) {
		return c.Set(ctx, ClientID, id)
	}
	return nil
}

func (c *Config) replaceSecret(ctx context.Context, secret string) error {
	if c.opt.Env[envClientSecret] != "" {
		return invalid("The client secret is set by the environment variable %s for this run. Change it there.", envClientSecret)
	}
	former := formerSecret{Secret: c.clientSecret().Reveal(), UntilMS: c.opt.Now().Add(formerLife).UnixMilli()}
	put, err := c.sealBoth(secret, former)
	if err != nil {
		return err
	}
	if err := c.store.PutSecrets(ctx, put); err != nil {
		return err
	}
	c.mu.Lock()
	c.client = oura.Secret(secret)
	c.former = former
	c.mu.Unlock()
	c.announce(ClientSecret)
	return nil
}

func (c *Config) sealBoth(secret string, former formerSecret) (map[string][]byte, error) {
	sealed, err := c.seal.Seal(string(ClientSecret), []byte(secret))
	if err != nil {
		return nil, err
	}
	put := map[string][]byte{string(ClientSecret): sealed}
	if former.Secret == "" {
		return put, nil
	}
	text, err := json.Marshal(former)
	if err != nil {
		return nil, err
	}
	put[clientSecretFormer], err = c.seal.Seal(clientSecretFormer, text)
	return put, err
}

func (c *Config) loadSecrets(ctx context.Context) error {
	client, err := c.unseal(ctx, string(ClientSecret))
	if err != nil {
		return err
	}
	text, err := c.unseal(ctx, clientSecretFormer)
	if err != nil {
		return err
	}
	ngrok, err := c.unseal(ctx, string(NgrokToken))
	if err != nil {
		return err
	}
	var former formerSecret
	if len(text) > 0 {
		if err := json.Unmarshal(text, &former); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.client, c.former, c.ngrok = oura.Secret(client), former, oura.Secret(ngrok)
	return nil
}

func (c *Config) unseal(ctx context.Context, name string) ([]byte, error) {
	sealed, ok, err := c.store.Secret(ctx, name)
	if err != nil || !ok {
		return nil, err
	}
	return c.seal.Unseal(name, sealed)
}
