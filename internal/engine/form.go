package engine

import (
	"context"
	"strings"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/tunnel"
)

// AddressForm is what the user can say about being reached.
type AddressForm struct {
	Choice      string // auto, ngrok, own_url, none
	OwnURL      string
	NgrokToken  string // "" keeps the stored one
	NgrokDomain string
}

// SetAddress stores the form, or nothing of it. What the environment decides must
// be as it is or empty. Code: invalid with a sentence, storage.
func (e *Engine) SetAddress(ctx context.Context, f AddressForm) error {
	if err := e.checkAddress(f); err != nil {
		return err
	}
	set := map[config.Name]string{}
	for name, value := range map[config.Name]string{config.NgrokDomain: f.NgrokDomain, config.PublicURL: f.OwnURL, config.Address: f.Choice} {
		value = strings.TrimSpace(value)
		if value != e.cfg.Get(name) && !(e.cfg.FromEnvironment(name) && value == "") {
			set[name] = value
		}
	}
	// The token comes last: until the choice is stored it could be used for what
	// was not chosen.
	if err := e.cfg.SetAll(ctx, set); err != nil || f.NgrokToken == "" {
		return err
	}
	return e.cfg.SetNgrokAuthtoken(ctx, f.NgrokToken)
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
