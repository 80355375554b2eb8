package vault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"oura-streaming/internal/oura"
)

// probeLimit bounds one question to the keychain: a locked one opens a password
// prompt and may never answer.
const probeLimit = 3 * time.Second

// Options say where the data key may live.
type Options struct {
	Keychain  Keychain // nil: key file only
	KeyFile   string   // outside the data folder
	HasSealed bool     // rows sealed with an earlier key exist
	Unasked   bool     // nobody waits for it: a locked keychain must not ask for its password
	Log       *slog.Logger
}

// Open finds the data key or, where nothing is sealed yet, makes one. A key
// file that exists is the key's place; otherwise the keychain is asked. While
// sealed rows exist and no key answers, Open fails with CodeLocked, has changed
// nothing and can be called again.
func Open(ctx context.Context, opt Options) (*Vault, error) {
	v := &Vault{log: opt.Log}
	if v.log == nil {
		v.log = slog.New(slog.DiscardHandler)
	}
	v.log = v.log.With("part", "vault")
	file := keyFile{path: opt.KeyFile}
	text, err := file.load()
	switch {
	case err == nil:
		return v.adopt(text, file, Where{Kind: KindKeyFile, Path: file.path, Reason: "The key was put into this file because no keychain was available."})
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	case opt.Keychain == nil:
		return v.firstKeyFile(ctx, opt, file, "This system offers no keychain.")
	}
	return v.openKeychain(ctx, opt, file)
}

func (v *Vault) openKeychain(ctx context.Context, opt Options, file keyFile) (*Vault, error) {
	chain := keychainHome{chain: opt.Keychain}
	if opt.Unasked && opt.HasSealed && chain.wouldAsk(ctx) {
		return nil, closed(file, errStillLocked)
	}
	text, err := chain.load(ctx)
	switch {
	case err == nil:
		return v.adopt(text, chain, Where{Kind: KindKeychain})
	case errors.Is(err, ErrNoKey) && opt.HasSealed:
		return nil, locked("The key that protects your secrets is no longer in the keychain. Restore the keychain entry. If it is lost for good, start with another --data-dir, sign in there and bring a backup back; a backup holds everything but the secrets.", err)
	case errors.Is(err, ErrNoKey):
		return v.firstKeychain(ctx, opt, chain, file)
	case opt.HasSealed:
		return nil, closed(file, err)
	}
	v.log.WarnContext(ctx, "keychain not usable", "err", err)
	return v.firstKeyFile(ctx, opt, file, "The keychain was locked or did not answer.")
}

// adopt starts v with the keys found.
func (v *Vault) adopt(text []byte, h home, where Where) (*Vault, error) {
	keys, err := decodeKeys(text)
	if err != nil {
		return nil, locked("What is stored as the key of your secrets is not a key of Oura Streaming. Restore it from a backup; nothing was overwritten.", err)
	}
	v.keys, v.home, v.where = keys, h, where
	return v, nil
}

func (v *Vault) firstKeychain(ctx context.Context, opt Options, chain keychainHome, file keyFile) (*Vault, error) {
	k, err := newDataKey()
	if err != nil {
		return nil, err
	}
	if err := chain.save(ctx, encodeKeys([]dataKey{k})); err != nil {
		v.log.WarnContext(ctx, "keychain cannot be written", "err", err)
		return v.firstKeyFile(ctx, opt, file, "The keychain could not be written.")
	}
	v.keys, v.home, v.where = []dataKey{k}, chain, Where{Kind: KindKeychain}
	return v, nil
}

func (v *Vault) firstKeyFile(ctx context.Context, opt Options, file keyFile, reason string) (*Vault, error) {
	if opt.HasSealed {
		return nil, locked("The file with the key that protects your secrets is gone. Put it back. If it is lost for good, start with another --data-dir, sign in there and bring a backup back; a backup holds everything but the secrets.", fmt.Errorf("no key at %s", file.path))
	}
	k, err := newDataKey()
	if err != nil {
		return nil, err
	}
	if err := file.create(encodeKeys([]dataKey{k})); err != nil {
		return nil, err
	}
	v.keys, v.home = []dataKey{k}, file
	v.where = Where{Kind: KindKeyFile, Path: file.path, Reason: reason}
	v.log.WarnContext(ctx, "data key kept in a file", "path", file.path, "reason", reason)
	return v, nil
}

var errStillLocked = errors.New("the keychain is locked, and its password was asked for before")

func closed(file keyFile, err error) error {
	return locked("The keychain is locked or does not answer, and there is no key file at "+file.path+", so your secrets stay closed. Unlock it, or put the file back; Oura Streaming goes on by itself.", err)
}

func locked(message string, err error) error {
	return &oura.Error{Code: oura.CodeLocked, Message: message, Err: err}
}
