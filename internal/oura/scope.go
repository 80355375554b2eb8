package oura

import (
	"slices"
	"strings"
)

// Scope is a permission the user grants, in its bare form. Oura's new sign-in
// spells it with the prefix "extapi:".
type Scope string

// The scopes of CONTRACT section 2.6.
const (
	ScopeEmail             Scope = "email"
	ScopePersonal          Scope = "personal"
	ScopeDaily             Scope = "daily"
	ScopeHeartRate         Scope = "heartrate"
	ScopeWorkout           Scope = "workout"
	ScopeTag               Scope = "tag"
	ScopeSession           Scope = "session"
	ScopeSpO2              Scope = "spo2"
	ScopeStress            Scope = "stress"
	ScopeHeartHealth       Scope = "heart_health"
	ScopeRingConfiguration Scope = "ring_configuration"
)

const scopePrefix = "extapi:"

// AllScopes returns every scope this program can use, email among them.
func AllScopes() []Scope {
	return []Scope{
		ScopeEmail, ScopePersonal, ScopeDaily, ScopeHeartRate, ScopeWorkout, ScopeTag,
		ScopeSession, ScopeSpO2, ScopeStress, ScopeHeartHealth, ScopeRingConfiguration,
	}
}

// ParseScopes splits Oura's space-separated list and strips the prefix. The
// older name spo2Daily becomes spo2. Order is kept, repeats are dropped.
func ParseScopes(text string) []Scope {
	var out []Scope
	for _, word := range strings.Fields(text) {
		s := Scope(strings.TrimPrefix(word, scopePrefix))
		if s == "spo2Daily" {
			s = ScopeSpO2
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Prefixed returns the scope as the new sign-in spells it.
func (s Scope) Prefixed() string { return scopePrefix + string(s) }

// Opens reports whether any of the granted scopes opens data of type dt. Types
// that are not known are left to Oura's own answer.
func Opens(granted []Scope, dt DataType) bool {
	info, ok := Lookup(dt)
	if !ok || len(info.Scopes) == 0 {
		return true
	}
	return slices.ContainsFunc(info.Scopes, func(s Scope) bool { return slices.Contains(granted, s) })
}
