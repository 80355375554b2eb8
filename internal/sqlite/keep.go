package sqlite

import (
	"context"
)

// Secret returns the sealed bytes stored under name and whether there are any.
func (s *Store) Secret(ctx context.Context, name string) (sealed []byte, ok bool, err error) {
	err = s.readers.each(ctx, `SELECT sealed FROM secret WHERE name = ?`, func(scan func(...any) error) error {
		ok = true
		return scan(&sealed)
	}, name)
	return sealed, ok, storageError("read secret", err)
}

// PutSecrets stores sealed bytes by name in one transaction; nil deletes a name.
func (s *Store) PutSecrets(ctx context.Context, put map[string][]byte) error {
	return s.writer.do(ctx, func(t *tx) error { return putSecrets(t, put) })
}

func putSecrets(t *tx, put map[string][]byte) error {
	const set = `
		INSERT INTO secret (name, sealed) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed`
	for name, sealed := range put {
		var err error
		if sealed == nil {
			_, err = t.exec(`DELETE FROM secret WHERE name = ?`, name)
		} else {
			_, err = t.exec(set, name, sealed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SecretNames returns the names of all stored secrets, sorted.
func (s *Store) SecretNames(ctx context.Context) (names []string, err error) {
	err = s.readers.each(ctx, `SELECT name FROM secret ORDER BY name`, func(scan func(...any) error) error {
		names = append(names, "")
		return scan(&names[len(names)-1])
	})
	return names, storageError("list secrets", err)
}

// Settings returns the JSON text of every stored setting by name.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	all := make(map[string]string)
	err := s.readers.each(ctx, `SELECT name, value FROM setting`, func(scan func(...any) error) error {
		var name, value string
		err := scan(&name, &value)
		all[name] = value
		return err
	})
	return all, storageError("read settings", err)
}

// PutSettings stores JSON texts by name in one transaction; "" deletes a name.
// Text that is not JSON is refused with CodeInvalid and nothing is stored.
func (s *Store) PutSettings(ctx context.Context, put map[string]string) error {
	for name, value := range put {
		if value != "" && !validJSON([]byte(value)) {
			return invalid("setting %s is not JSON", name)
		}
	}
	const set = `
		INSERT INTO setting (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	return s.writer.do(ctx, func(t *tx) error {
		for name, value := range put {
			var err error
			if value == "" {
				_, err = t.exec(`DELETE FROM setting WHERE name = ?`, name)
			} else {
				_, err = t.exec(set, name, value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Audit notes a security-relevant action. detail must hold no secret.
func (s *Store) Audit(ctx context.Context, action, detail string) error {
	return s.writer.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO audit (at_ms, action, detail) VALUES (?, ?, ?)`, ms(s.now()), action, detail)
		return err
	})
}
