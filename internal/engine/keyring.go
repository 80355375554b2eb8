package engine

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
	"oura-streaming/internal/vault"
)

// unlockEvery is how often locked secrets are tried again.
const unlockEvery = 30 * time.Second

// keyring is the vault, or the reason why it is still locked. While locked every
// call answers with that reason and nothing sealed is touched.
type keyring struct {
	e *Engine

	sealing sync.RWMutex // held by hold, and for writing while the key changes

	mu    sync.RWMutex // guards the fields below
	vault *vault.Vault
	why   error
}

func newKeyring(e *Engine) *keyring { return &keyring{e: e} }

// open tries to unlock. It may be called again after a failure; unasked, it never has
// the user asked for a password.
func (k *keyring) open(ctx context.Context, unasked bool) error {
	names, err := k.e.store.SecretNames(ctx)
	if err != nil {
		return err
	}
	opt := vault.Options{KeyFile: k.e.opt.KeyFile, HasSealed: len(names) > 0, Unasked: unasked, Log: k.e.log}
	if k.e.opt.Keychain != nil {
		opt.Keychain = k.e.opt.Keychain(k.e.opt.DataDir)
	}
	v, err := vault.Open(ctx, opt)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.vault, k.why = v, err
	return err
}

func (k *keyring) get() (*vault.Vault, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.vault, k.why
}

func (k *keyring) where() vault.Where {
	if v, err := k.get(); err == nil {
		return v.Where()
	}
	return vault.Where{}
}

// Seal and Unseal pass on to the vault once it is open.
func (k *keyring) Seal(name string, plain []byte) ([]byte, error) {
	v, err := k.get()
	if err != nil {
		return nil, err
	}
	return v.Seal(name, plain)
}

// Unseal opens what Seal made for the row called name.
func (k *keyring) Unseal(name string, sealed []byte) ([]byte, error) {
	v, err := k.get()
	if err != nil {
		return nil, err
	}
	return v.Unseal(name, sealed)
}

// Rotate changes the data key and seals every row that is left anew.
func (k *keyring) Rotate(ctx context.Context, reseal func(seal func(name string, plain []byte) ([]byte, error)) error) error {
	v, err := k.get()
	if err != nil {
		return err
	}
	k.sealing.Lock()
	defer k.sealing.Unlock()
	return v.Rotate(ctx, reseal)
}

// hold keeps the key as it is until release is called: whoever seals a new row or
// deletes one holds it until that is stored, since a change of key reads all rows
// first and stores them afterwards.
func (k *keyring) hold() (release func()) {
	k.sealing.RLock()
	return k.sealing.RUnlock
}

// Unfinished reports that an earlier change of key was interrupted.
func (k *keyring) Unfinished() bool {
	v, err := k.get()
	return err == nil && v.Unfinished()
}

// serveUnlock waits for locked secrets to open, then loads what was missing. The
// start has asked for the password; only the user has it asked for again.
func (e *Engine) serveUnlock(ctx context.Context) error {
	tick := time.NewTicker(unlockEvery)
	defer tick.Stop()
	for e.locked.Load() {
		unasked := true
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-e.reopen:
			unasked = false
		}
		e.tryUnlock(ctx, unasked)
	}
	<-ctx.Done()
	return ctx.Err()
}

func (e *Engine) tryUnlock(ctx context.Context, unasked bool) {
	err := e.lock.open(ctx, unasked)
	if err == nil {
		err = e.cfg.Reload(ctx)
	}
	if err == nil {
		err = e.loadSealed(ctx)
	}
	if e.noteLocked(err); err != nil {
		return
	}
	e.address.restart()
	e.fetch.Resume()
}

// noteLocked shows whether the secrets could be read, and remembers it.
func (e *Engine) noteLocked(err error) {
	e.locked.Store(err != nil)
	if err != nil {
		e.status.Raise(status.Trouble{Code: status.SecretsLocked, Text: oura.MessageOf(err)})
		return
	}
	e.status.Clear(status.SecretsLocked)
}

// Names of the sealed rows this package owns.
const (
	secretIngressPath  = "ingress_path"
	secretVerification = "verification_token"
)

// loadSealed reads what this package keeps sealed.
func (e *Engine) loadSealed(ctx context.Context) error {
	if err := e.loadIdentity(ctx); err != nil {
		return err
	}
	return e.loadTokens(ctx)
}

// loadIdentity reads the random ingress path and verification token, or makes
// them on the first start. Both stay the same for good, so that a handshake that
// Oura sends late still finds its answer.
func (e *Engine) loadIdentity(ctx context.Context) error {
	path, err := e.ownSecret(ctx, secretIngressPath)
	if err != nil {
		return err
	}
	token, err := e.ownSecret(ctx, secretVerification)
	if err != nil {
		return err
	}
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	e.ingressPath, e.verification = "/webhooks/"+path, oura.Secret(token)
	return nil
}

// ownSecret returns the row called name, made of 130 random bits if missing.
func (e *Engine) ownSecret(ctx context.Context, name string) (string, error) {
	sealed, ok, err := e.store.Secret(ctx, name)
	if err != nil {
		return "", err
	}
	if ok {
		text, err := e.lock.Unseal(name, sealed)
		return string(text), err
	}
	text := rand.Text()
	if sealed, err = e.lock.Seal(name, []byte(text)); err != nil {
		return "", err
	}
	return text, e.store.PutSecrets(ctx, map[string][]byte{name: sealed})
}
