package ourasim

import "net/http"

// routes is the whole surface of the cloud. The hosts of the real one are told
// apart by their paths, which do not overlap.
func (s *Sim) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", answerNoRoute)

	mux.HandleFunc("GET "+classicAuthorize, s.authorizeClassic)
	mux.HandleFunc("GET "+newAuthorize, s.authorizeNew)
	mux.HandleFunc("POST "+consentPath, s.consent)
	mux.HandleFunc("POST "+classicToken, s.tokenClassic)
	mux.HandleFunc("POST "+newToken, s.tokenNew)
	mux.HandleFunc("POST "+classicRevoke, s.revokeClassic)
	mux.HandleFunc("GET "+classicRevoke, s.revokeClassic)
	mux.HandleFunc("POST "+newRevoke, s.revokeNew)
	mux.HandleFunc("POST "+newIntrospect, s.introspect)
	mux.HandleFunc("GET "+newIssuer+"/.well-known/openid-configuration", s.discovery)

	mux.HandleFunc("GET /v2/usercollection/{path}", s.serveCollection)
	mux.HandleFunc("GET /v2/usercollection/{path}/{id}", s.serveDocument)
	mux.HandleFunc("GET /v2/sandbox/usercollection/{path}", s.sandboxCollection)
	mux.HandleFunc("GET /v2/sandbox/usercollection/{path}/{id}", s.sandboxDocument)

	const subscription = "/v2/webhook/subscription"
	mux.HandleFunc("GET "+subscription, s.managed(s.listSubscriptions))
	mux.HandleFunc("POST "+subscription, s.managed(s.createSubscription))
	mux.HandleFunc("GET "+subscription+"/{id}", s.managed(s.getSubscription))
	mux.HandleFunc("PUT "+subscription+"/{id}", s.managed(s.updateSubscription))
	mux.HandleFunc("DELETE "+subscription+"/{id}", s.managed(s.deleteSubscription))
	mux.HandleFunc("PUT "+subscription+"/renew/{id}", s.managed(s.renewSubscription))
	return mux
}
