package ourasim

import "oura-streaming/internal/oura"

// SignIn does all of a sign-in at once and returns its access token, which opens
// the given scopes (none given: all) for the usual time. It is for tests of what
// comes after a sign-in.
func (s *Sim) SignIn(scopes ...oura.Scope) oura.Secret {
	if len(scopes) == 0 {
		scopes = oura.AllScopes()
	}
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	p := s.book.issuePair(&grant{scopes: scopes}, s.clock.now().Add(s.sw.get().ExpiresIn))
	return oura.Secret(p.access)
}
