package ourasim

import (
	"slices"
	"sync"
)

// application is what the developer portal holds of the one registered app.
type application struct {
	id string

	mu        sync.Mutex
	secret    string   // guarded by mu
	redirects []string // guarded by mu
}

func (a *application) currentSecret() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.secret
}

func (a *application) registered() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.redirects)
}

// RegisterRedirect adds redirect URIs to the application.
func (s *Sim) RegisterRedirect(uris ...string) {
	s.app.mu.Lock()
	defer s.app.mu.Unlock()
	s.app.redirects = append(s.app.redirects, uris...)
}

// SetClientSecret gives the application a new secret, as the portal can: calls
// with the old one are refused and deliveries are signed with the new one.
func (s *Sim) SetClientSecret(secret string) {
	s.app.mu.Lock()
	defer s.app.mu.Unlock()
	s.app.secret = secret
}
