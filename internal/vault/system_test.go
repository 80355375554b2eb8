package vault

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

func TestSystemKeychain(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere") // never reached: the library is mocked
	keyring.MockInit()
	k := SystemKeychain("test")
	if _, err := k.Get(t.Context()); !errors.Is(err, ErrNoKey) {
		t.Errorf("empty keychain: %v", err)
	}
	if err := k.Delete(t.Context()); err != nil {
		t.Errorf("delete from empty keychain: %v", err)
	}
	if err := k.Set(t.Context(), []byte("key")); err != nil {
		t.Fatal(err)
	}
	if text, err := k.Get(t.Context()); err != nil || string(text) != "key" {
		t.Errorf("%q, %v", text, err)
	}
	keyring.MockInitWithError(errors.New("prompt dismissed"))
	if _, err := k.Get(t.Context()); err == nil || errors.Is(err, ErrNoKey) {
		t.Errorf("broken keychain taken for an empty one: %v", err)
	}
}

func TestF43_HungKeychainCallIsLeftBehindOnce(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	k := SystemKeychain("test").(systemKeychain)
	var calls atomic.Int32
	hang := make(chan struct{})
	defer close(hang)
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := k.call(ctx, nil, func() (string, error) { calls.Add(1); <-hang; return "", nil })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
	}
	if calls.Load() != 1 {
		t.Errorf("%d calls hang, want 1", calls.Load())
	}
}
