package sqlite

import (
	"cmp"
	"context"
	"strconv"
	"time"
)

// Token is one token of the local API as it is stored. What it is compared with
// lies sealed in the secret named TokenSecret.
type Token struct {
	ID     int64
	Name   string
	Scope  string // read, write or admin
	MadeAt time.Time
	UsedAt time.Time // about when it was last used, zero: not yet
}

// TokenSecret names the secret that belongs to the token with this number.
func TokenSecret(id int64) string { return "api_token." + strconv.FormatInt(id, 10) }

// Tokens returns all tokens, the newest first.
func (s *Store) Tokens(ctx context.Context) (out []Token, err error) {
	const q = `SELECT id, name, scope, made_ms, used_ms FROM token ORDER BY id DESC`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var t Token
		var made, used int64
		err := scan(&t.ID, &t.Name, &t.Scope, &made, &used)
		t.MadeAt, t.UsedAt = fromMS(made), fromMS(used)
		out = append(out, t)
		return err
	})
	return out, storageError("list tokens", err)
}

// AddToken stores t, made now where it does not say otherwise, with what seal
// returns for the number it gets, in one transaction. seal runs on the writer's
// goroutine: it must return at once. Code: invalid.
func (s *Store) AddToken(ctx context.Context, t Token, seal func(id int64) ([]byte, error)) (Token, error) {
	const q = `INSERT INTO token (name, scope, made_ms, used_ms) VALUES (?, ?, ?, ?)`
	if t.Scope != "read" && t.Scope != "write" && t.Scope != "admin" {
		return Token{}, invalid("token scope %q", t.Scope)
	}
	if t.MadeAt.IsZero() {
		t.MadeAt = s.now()
	}
	t.MadeAt, t.UsedAt = fromMS(ms(t.MadeAt)), fromMS(ms(t.UsedAt)) // as they are read again
	err := s.writer.do(ctx, func(w *tx) error {
		res, err := w.exec(q, t.Name, t.Scope, ms(t.MadeAt), ms(t.UsedAt))
		if err != nil {
			return err
		}
		if t.ID, err = res.LastInsertId(); err != nil {
			return err
		}
		sealed, err := seal(t.ID)
		if err != nil {
			return err
		}
		return putSecrets(w, map[string][]byte{TokenSecret(t.ID): sealed})
	})
	if err != nil {
		return Token{}, err
	}
	return t, nil
}

// RemoveToken deletes a token with its secret. Code: not_found.
func (s *Store) RemoveToken(ctx context.Context, id int64) error {
	return s.writer.do(ctx, func(w *tx) error {
		res, err := w.exec(`DELETE FROM token WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, notFound("token %d", id))
		}
		return putSecrets(w, map[string][]byte{TokenSecret(id): nil})
	})
}

// TouchToken notes when a token was last used. One that is gone is no error.
func (s *Store) TouchToken(ctx context.Context, id int64, at time.Time) error {
	return s.writer.do(ctx, func(w *tx) error {
		_, err := w.exec(`UPDATE token SET used_ms = max(used_ms, ?) WHERE id = ?`, ms(at), id)
		return err
	})
}
