package restapi

import (
	"net/http"
	"slices"
	"strconv"
)

// allowHosts refuses every Host but our own, so that a name an attacker points
// at 127.0.0.1 (DNS rebinding) reaches nothing.
func allowHosts(port int, next http.Handler) http.Handler {
	hosts := hostsOf(port)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(hosts[:], r.Host) {
			refuse(w, http.StatusForbidden, codeHost,
				"This address is not served here. Use http://"+hosts[0]+".")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses requests that a page of another origin made, reads and
// preflights included. Programs send neither header and pass.
func sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isForeign(r) || protection.Check(r) != nil {
			refuse(w, http.StatusForbidden, codeOrigin,
				"Web pages of another origin may not use this API. Call it from a program instead.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isForeign looks at every Origin and Sec-Fetch-Site header sent. The Host has
// been checked before, so an equal Origin is one of ours.
func isForeign(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return true
		}
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	return false
}

// hostsOf returns the only values of Host that are ours.
func hostsOf(port int) [3]string {
	p := ":" + strconv.Itoa(port)
	return [3]string{"127.0.0.1" + p, "[::1]" + p, "localhost" + p}
}
