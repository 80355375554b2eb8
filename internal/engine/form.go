package engine

import (
	"context"

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

// SetAddress stores the form. What the environment decides must be as it is or
// empty. Code: invalid with a sentence, before anything is stored; storage.
func (e *Engine) SetAddress(ctx context.Context, f AddressForm) error {
	token := f.NgrokToken != "" || e.cfg.NgrokAuthtoken() != ""
	switch {
	case f.Choice == "ngrok" && !token:
		return &oura.Error{Code: oura.CodeInvalid, Message: "The ngrok authtoken is missing. Copy it from dashboard.ngrok.com."}
	case f.Choice == "own_url" && f.OwnURL == "" && e.cfg.Get(config.PublicURL) == "":
		return &oura.Error{Code: oura.CodeInvalid, Message: "The address is missing. Enter the https:// address that your proxy serves."}
	}
	if f.OwnURL != "" {
		if _, err := tunnel.CallbackURL(f.OwnURL, "/webhooks/x", e.opt.Hosts.LoopbackHTTP); err != nil {
			return err
		}
	}
	if f.NgrokToken != "" {
		if err := e.cfg.SetNgrokAuthtoken(ctx, f.NgrokToken); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		name  config.Name
		value string
	}{{config.NgrokDomain, f.NgrokDomain}, {config.PublicURL, f.OwnURL}, {config.Address, f.Choice}} {
		if s.value == e.cfg.Get(s.name) || e.cfg.FromEnvironment(s.name) && s.value == "" {
			continue
		}
		if err := e.cfg.Set(ctx, s.name, s.value); err != nil {
			return err
		}
	}
	return nil
}

// Keeper gives the subscriptions at Oura.
func (e *Engine) Keeper() *subscribe.Keeper { return e.keeper }
