package auth

import (
	"context"

	"oura-streaming/internal/oura"
)

// Held returns every secret that this package holds now, in whatever state, so that a
// text which is given away can be searched for them. Nothing is asked of Oura.
func (a *Auth) Held(ctx context.Context) (out []oura.Secret) {
	for _, name := range []string{rowToken, rowAnswer, rowLogin} {
		rec, ok, err := a.readRow(ctx, name)
		if err != nil || !ok {
			continue // what cannot be read cannot be told either
		}
		if ans, err := parseAnswer(rec.Answer); err == nil {
			out = append(out, oura.Secret(ans.Access), oura.Secret(ans.Refresh))
		}
	}
	if worked, ok := a.worked.Load().(oura.Secret); ok {
		out = append(out, worked)
	}
	a.desk.mu.Lock()
	defer a.desk.mu.Unlock()
	if p := a.desk.waiting; p != nil {
		out = append(out, oura.Secret(p.state), oura.Secret(p.verifier))
	}
	return out
}
