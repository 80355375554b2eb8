package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"oura-streaming/internal/oura"
)

// Rows of the table secret that belong to this package.
const (
	rowToken  = "token"        // the pair in use
	rowIntent = "token_intent" // a refresh was about to be sent
	rowAnswer = "token_answer" // an answer as received, not yet looked at
	rowLogin  = "token_login"  // the answer to a login whose account is not known yet
)

// Why Oura no longer refreshes a pair.
const (
	refusedGrant  = "grant"  // invalid_grant: never asked again
	refusedClient = "client" // client id or secret wrong
	refusedAPI    = "api"    // the fresh access token was refused as well
	refusedOther  = "other"  //
)

// record is the content of rowToken, rowAnswer and rowLogin before sealing.
type record struct {
	Answer     []byte `json:"answer"` // byte for byte as received
	ObtainedMS int64  `json:"obtained_ms"`
	TokenURL   string `json:"token_url"`       // the endpoint that gave it
	Scope      string `json:"scope,omitempty"` // rowLogin: as the callback said
	ForcedMS   int64  `json:"forced_ms,omitempty"`

	Dead      bool   `json:"dead,omitempty"`       // Oura answered 401 to this access token
	Refused   string `json:"refused,omitempty"`    // the last refresh was refused, and why
	Told      string `json:"told,omitempty"`       // the sentence that goes with Refused
	RefusedMS int64  `json:"refused_ms,omitempty"` // when
	Client    []byte `json:"client,omitempty"`     // mark of the credentials that were refused

	token oura.Token // from Answer
}

func (r *record) parse() error {
	ans, err := parseAnswer(r.Answer)
	if err != nil {
		return err
	}
	r.token = ans.token(time.UnixMilli(r.ObtainedMS))
	return nil
}

// granted returns the scopes that came with the record, and whether Oura said.
func (r *record) granted() ([]oura.Scope, bool) {
	if ans, err := parseAnswer(r.Answer); err == nil && ans.Scope != nil {
		return oura.ParseScopes(*ans.Scope), true
	}
	return oura.ParseScopes(r.Scope), r.Scope != ""
}

// stored reads the pair in use. It takes no lock: rows change as a whole.
func (a *Auth) stored(ctx context.Context) (record, bool, error) {
	rec, ok, err := a.readRow(ctx, rowToken)
	if err != nil || !ok {
		return record{}, false, err
	}
	if err := rec.parse(); err != nil {
		return record{}, false, err
	}
	return rec, true, nil
}

func (a *Auth) readRow(ctx context.Context, name string) (rec record, ok bool, err error) {
	sealed, ok, err := a.opt.Store.Secret(ctx, name)
	if err != nil || !ok {
		return record{}, false, err
	}
	plain, err := a.opt.Vault.Unseal(name, sealed)
	if err != nil {
		return record{}, false, err
	}
	if err := json.Unmarshal(plain, &rec); err != nil {
		return record{}, false, fmt.Errorf("row %s cannot be read", name) // the cause could quote a token
	}
	return rec, true, nil
}

// sealRow returns what to store under name.
func (a *Auth) sealRow(name string, content any) ([]byte, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encode row %s: %w", name, err)
	}
	return a.opt.Vault.Seal(name, plain)
}

// putRow stores content under name and deletes the rows gone, in one transaction.
func (a *Auth) putRow(ctx context.Context, name string, content any, gone ...string) error {
	sealed, err := a.sealRow(name, content)
	if err != nil {
		return err
	}
	put := map[string][]byte{name: sealed}
	for _, g := range gone {
		put[g] = nil
	}
	return a.opt.Store.PutSecrets(ctx, put)
}

func (a *Auth) hasRow(ctx context.Context, name string) (bool, error) {
	_, ok, err := a.opt.Store.Secret(ctx, name)
	return ok, err
}
