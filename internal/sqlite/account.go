package sqlite

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Account is the connected Oura account.
type Account struct {
	UserID      string
	Scopes      []oura.Scope
	ScopesKnown bool            // false: Oura did not say what was granted
	TokenURL    string          // the token endpoint that worked
	Profile     json.RawMessage // personal_info as received, nil when unknown
	ConnectedAt time.Time
}

// Account returns the connected account and whether there is one.
func (s *Store) Account(ctx context.Context) (a Account, ok bool, err error) {
	const q = `
		SELECT user_id, scopes, scopes_known, token_url, profile, connected_ms
		FROM account ORDER BY connected_ms DESC LIMIT 1`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var scopes string
		var connected int64
		ok = true
		err := scan(&a.UserID, &scopes, &a.ScopesKnown, &a.TokenURL, (*[]byte)(&a.Profile), &connected)
		a.Scopes, a.ConnectedAt = splitScopes(scopes), fromMS(connected)
		return err
	})
	return a, ok, storageError("read account", err)
}

// SaveAccount makes a the connected account and stores its sealed secrets in the
// same transaction. It replaces any other account; events and documents stay.
func (s *Store) SaveAccount(ctx context.Context, a Account, secrets map[string][]byte) error {
	const set = `
		INSERT INTO account (user_id, scopes, scopes_known, token_url, profile, connected_ms)
		VALUES (?, ?, ?, ?, ?, ?)`
	return s.writer.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM account`); err != nil {
			return err
		}
		_, err := t.exec(set, a.UserID, joinScopes(a.Scopes), a.ScopesKnown, a.TokenURL, jsonText(a.Profile), ms(a.ConnectedAt))
		if err != nil {
			return err
		}
		return putSecrets(t, secrets)
	})
}

// LastUser is whose event came last; without events, who asked for history last or
// has documents; "" in an empty store.
func (s *Store) LastUser(ctx context.Context) (userID string, err error) {
	const q = `
		SELECT coalesce((SELECT user_id FROM event ORDER BY seq DESC LIMIT 1),
			(SELECT user_id FROM job ORDER BY id DESC LIMIT 1), (SELECT user_id FROM document LIMIT 1), '')`
	err = s.readers.one(ctx, q, nil, &userID)
	return userID, storageError("read last user", err)
}

// SetProfile keeps a newer personal_info of the connected account and reports
// whether it differs. Another user's changes nothing.
func (s *Store) SetProfile(ctx context.Context, userID string, profile json.RawMessage) (changed bool, err error) {
	const q = `UPDATE account SET profile = ?1 WHERE user_id = ?2 AND profile IS NOT ?1`
	if !validJSON(profile) {
		return false, invalid("personal_info is not JSON")
	}
	err = s.writer.do(ctx, func(t *tx) error {
		res, err := t.exec(q, string(profile), userID)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		changed = n > 0
		return err
	})
	return changed, err
}

// RemoveAccount forgets the connected account and the named secrets in one
// transaction. Events and documents stay.
func (s *Store) RemoveAccount(ctx context.Context, secretsToDelete []string) error {
	gone := make(map[string][]byte, len(secretsToDelete))
	for _, name := range secretsToDelete {
		gone[name] = nil
	}
	return s.writer.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM account`); err != nil {
			return err
		}
		return putSecrets(t, gone)
	})
}

func joinScopes(scopes []oura.Scope) string {
	words := make([]string, len(scopes))
	for i, sc := range scopes {
		words[i] = string(sc)
	}
	return strings.Join(words, " ")
}

func splitScopes(text string) []oura.Scope {
	var out []oura.Scope
	for _, w := range strings.Fields(text) {
		out = append(out, oura.Scope(w))
	}
	return out
}
