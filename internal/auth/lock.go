package auth

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"oura-streaming/internal/oura"
)

const lockPoll = 20 * time.Millisecond // flock has no waiting with a context

// lock takes the right to change tokens: first among the goroutines of this
// process, then among all processes on this data folder. What was read before
// must be read again.
func (a *Auth) lock(ctx context.Context) (unlock func(), err error) {
	select {
	case a.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if a.opt.LockFile == "" {
		return func() { <-a.turn }, nil
	}
	file, err := lockFile(ctx, a.opt.LockFile)
	if err != nil {
		<-a.turn
		return nil, err
	}
	return func() {
		if err := file.Unlock(); err != nil {
			a.log.Warn("lock file not released", "err", err)
		}
		<-a.turn
	}, nil
}

func lockFile(ctx context.Context, path string) (*flock.Flock, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("lock file is a link or no plain file")
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, trouble(oura.CodeStorage, sayLock, err)
	}
	file := flock.New(path, flock.SetPermissions(0o600))
	switch _, err := file.TryLockContext(ctx, lockPoll); {
	case err == nil:
		return file, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		return nil, trouble(oura.CodeStorage, sayLock, err)
	}
}

// stopper ends refreshes when the program quits: none begins any more, and one
// under way gets a moment.
type stopper struct {
	mu     sync.Mutex
	over   bool               // guarded by mu
	work   context.Context    // guarded by mu; ends when patience is over
	cancel context.CancelFunc // guarded by mu
}

func newStopper() *stopper {
	s := &stopper{}
	s.reset()
	return s
}

func (s *stopper) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		s.cancel()
	}
	s.work, s.cancel = context.WithCancel(context.Background())
	s.over = false
}

// begin marks the start of quitting.
func (s *stopper) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

// abort ends the requests that are still under way.
func (s *stopper) abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel()
}

func (s *stopper) quitting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// context returns ctx without its end, but with the stopper's: an impatient
// caller must not cost the answer to a refresh.
func (s *stopper) context(ctx context.Context) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	work := s.work
	s.mu.Unlock()
	free, cancel := context.WithCancel(context.WithoutCancel(ctx))
	undo := context.AfterFunc(work, cancel)
	return free, func() { undo(); cancel() }
}
