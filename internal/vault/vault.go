// Package vault keeps the one data key of this program and seals secrets with
// it, so that they can lie in the database.
//
// Its promises: a key is never made while rows sealed with another one exist;
// nothing sealed is ever overwritten because it could not be opened; what was
// sealed for one row opens for that row only.
package vault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
)

// The places a key can live in.
const (
	KindKeychain = "keychain"
	KindKeyFile  = "keyfile"
)

// Where tells where the data key lives. Reason says in words why it is not in
// the keychain; it is "" when it is.
type Where struct {
	Kind   string
	Path   string // of the key file, "" with a keychain
	Reason string
}

// Vault seals and unseals. It is safe for use by several goroutines.
type Vault struct {
	home  home
	where Where
	log   *slog.Logger

	rotating sync.Mutex // one change of key at a time

	mu   sync.RWMutex
	keys []dataKey // the first one seals, all of them unseal; more than one only while a change of key is unfinished
}

// home is a place that holds the keys: the keychain or the key file.
type home interface {
	save(ctx context.Context, text []byte) error
}

// Where tells where the data key lives.
func (v *Vault) Where() Where { return v.where }

// Seal encrypts plain for the row called name.
func (v *Vault) Seal(name string, plain []byte) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.keys[0].seal(name, plain)
}

// Unseal opens what Seal made for the row called name. A changed byte, another
// row's text or another key gives CodeLocked; sealed is left as it is.
func (v *Vault) Unseal(name string, sealed []byte) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, k := range v.keys {
		if !k.made(sealed) {
			continue
		}
		if plain, err := k.open(name, sealed); err == nil {
			return plain, nil
		}
	}
	return nil, &oura.Error{
		Code:    oura.CodeLocked,
		Message: "Oura Streaming cannot unlock a stored secret: it was changed or belongs to another key. Nothing was overwritten. Restore a backup, or enter the secret or sign in again.",
		Err:     fmt.Errorf("unseal %s", name),
	}
}

// Unfinished reports that an earlier change of key was interrupted: the old key
// is still kept. Rotate finishes it.
func (v *Vault) Unfinished() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.keys) > 1
}

// Rotate changes the data key. The new key is saved beside the old one, then
// reseal stores every remaining row sealed with the new key (in one
// transaction), then the old key is forgotten. Killed in between, both keys are
// still there, everything opens, and Unfinished says so. Callers of Seal get
// the new key as soon as it is saved; what they sealed before must be stored by
// the time Rotate is called.
func (v *Vault) Rotate(ctx context.Context, reseal func(seal func(name string, plain []byte) ([]byte, error)) error) error {
	v.rotating.Lock()
	defer v.rotating.Unlock()
	next, err := newDataKey()
	if err != nil {
		return err
	}
	if err := v.keep(ctx, append([]dataKey{next}, v.keys...)); err != nil {
		return err
	}
	failpoint.Hit("vault.both")
	if err := reseal(next.seal); err != nil {
		return fmt.Errorf("reseal with the new data key: %w", err)
	}
	failpoint.Hit("vault.resealed")
	if err := v.keep(ctx, []dataKey{next}); err != nil {
		return err
	}
	v.log.InfoContext(ctx, "data key changed", "where", v.where.Kind)
	return nil
}

// keep saves keys in their place and, once they are there, uses them.
func (v *Vault) keep(ctx context.Context, keys []dataKey) error {
	if err := v.home.save(ctx, encodeKeys(keys)); err != nil {
		return rotateError(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.keys = keys
	return nil
}

func rotateError(err error) error {
	if _, ok := errors.AsType[*oura.Error](err); ok {
		return err
	}
	return &oura.Error{
		Code:    oura.CodeLocked,
		Message: "The key that protects your secrets could not be changed, because the place it is kept in cannot be written. Unlock your keychain or free disk space; it is tried again at the next start.",
		Err:     fmt.Errorf("save data key: %w", err),
	}
}
