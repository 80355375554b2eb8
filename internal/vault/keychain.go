package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/zalando/go-keyring"
)

// ErrNoKey means: the keychain answers and holds no key.
var ErrNoKey = errors.New("keychain holds no key")

// Keychain is the operating system's store for secrets. Get returns ErrNoKey
// when it is reachable and empty; any other error means "cannot tell". Every
// call ends when ctx ends.
type Keychain interface {
	Get(ctx context.Context) ([]byte, error)
	Set(ctx context.Context, text []byte) error
	Delete(ctx context.Context) error
}

// asker is a Keychain that can tell, without asking anybody, whether it would ask the
// user for a password.
type asker interface {
	WouldAsk(ctx context.Context) bool
}

const keychainService = "oura-streaming"

// SystemKeychain returns the keychain of this system, with one entry per
// account (a name for the data folder). The library behind it knows no time
// limit; a call that hangs on a password prompt is left behind, and later calls
// wait for it rather than open a second prompt.
func SystemKeychain(account string) Keychain {
	return systemKeychain{account: account, busy: asking}
}

// asking holds the one call that is under way. It is the whole process's, as is the
// library's connection: who tries again makes a keychain anew, and must not open a
// second prompt.
var asking = make(chan struct{}, 1)

type systemKeychain struct {
	account string
	busy    chan struct{}
}

func (k systemKeychain) Get(ctx context.Context) ([]byte, error) {
	var text string
	err := k.call(ctx, &text, func() (string, error) { return keyring.Get(keychainService, k.account) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil, ErrNoKey
	}
	return []byte(text), err
}

// WouldAsk reports whether the next call opens a password prompt. It is false where
// that cannot be told.
func (k systemKeychain) WouldAsk(ctx context.Context) bool {
	if sessionBus() != nil {
		return false
	}
	return isLocked(ctx)
}

func (k systemKeychain) Set(ctx context.Context, text []byte) error {
	return k.call(ctx, nil, func() (string, error) { return "", keyring.Set(keychainService, k.account, string(text)) })
}

func (k systemKeychain) Delete(ctx context.Context) error {
	err := k.call(ctx, nil, func() (string, error) { return "", keyring.Delete(keychainService, k.account) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// call runs op and gives up waiting when ctx ends. At most one op runs at a
// time, so at most one goroutine can be left hanging.
func (k systemKeychain) call(ctx context.Context, text *string, op func() (string, error)) error {
	if err := sessionBus(); err != nil {
		return err
	}
	select {
	case k.busy <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("keychain busy: %w", ctx.Err())
	}
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-k.busy }()
		t, err := op()
		done <- result{t, err}
	}()
	select {
	case r := <-done:
		if text != nil {
			*text = r.text
		}
		return r.err
	case <-ctx.Done():
		return fmt.Errorf("keychain did not answer: %w", ctx.Err())
	}
}

// sessionBus refuses on Linux when there is no session bus: the D-Bus library
// would start one of its own, whose keychain nobody else sees.
func sessionBus() error {
	if runtime.GOOS != "linux" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	socket := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")
	if _, err := os.Stat(socket); err != nil || !filepath.IsAbs(socket) {
		return errors.New("no session bus")
	}
	return nil
}

// keychainHome keeps the keys in a keychain, with a limit on each call.
type keychainHome struct{ chain Keychain }

func (h keychainHome) load(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	return h.chain.Get(ctx)
}

func (h keychainHome) wouldAsk(ctx context.Context) bool {
	a, ok := h.chain.(asker)
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	return ok && a.WouldAsk(ctx)
}

func (h keychainHome) save(ctx context.Context, text []byte) error {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	return h.chain.Set(ctx, text)
}
