package engine

import (
	"context"
	"strings"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/subscribe"
	"oura-streaming/internal/tunnel"
)

// AddressForm is what the user can say about being reached.
type AddressForm struct {
	Choice      string // auto, ngrok, own_url, none
	OwnURL      string
	NgrokToken  string // "" keeps the stored one
	NgrokDomain string
}

// setting is one value to be stored.
type setting struct {
	name  config.Name
	value string
}

// SetAddress stores the form, or nothing of it. What the environment decides must
// be as it is or empty. Code: invalid with a sentence, storage.
func (e *Engine) SetAddress(ctx context.Context, f AddressForm) error {
	if err := e.checkAddress(f); err != nil {
		return err
	}
	var changed []setting
	for _, s := range []setting{{config.NgrokDomain, f.NgrokDomain}, {config.PublicURL, f.OwnURL}, {config.Address, f.Choice}} {
		s.value = strings.TrimSpace(s.value)
		if s.value == e.cfg.Get(s.name) || e.cfg.FromEnvironment(s.name) && s.value == "" {
			continue
		}
		if err := e.cfg.Check(s.name, s.value); err != nil {
			return err
		}
		changed = append(changed, s)
	}
	if f.NgrokToken != "" {
		if err := e.cfg.SetNgrokAuthtoken(ctx, f.NgrokToken); err != nil {
			return err
		}
	}
	for _, s := range changed {
		if err := e.cfg.Set(ctx, s.name, s.value); err != nil {
			return err
		}
	}
	return nil
}

// checkAddress looks for what the settings alone cannot see.
func (e *Engine) checkAddress(f AddressForm) error {
	own := f.OwnURL != "" || e.cfg.FromEnvironment(config.PublicURL)
	switch {
	case f.Choice == "ngrok" && f.NgrokToken == "" && e.cfg.NgrokAuthtoken() == "":
		return &oura.Error{Code: oura.CodeInvalid, Message: "The ngrok authtoken is missing. Copy it from dashboard.ngrok.com."}
	case f.Choice == "own_url" && !own:
		return &oura.Error{Code: oura.CodeInvalid, Message: "The address is missing. Enter the https:// address that your proxy serves."}
	}
	if f.NgrokToken != "" {
		if err := e.cfg.CheckNgrokAuthtoken(f.NgrokToken); err != nil {
			return err
		}
	}
	if f.OwnURL == "" {
		return nil
	}
	_, err := tunnel.CallbackURL(f.OwnURL, "/webhooks/x", e.opt.Hosts.LoopbackHTTP)
	return err
}

// Keeper gives the subscriptions at Oura.
func (e *Engine) Keeper() *subscribe.Keeper { return e.keeper }
