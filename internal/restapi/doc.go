// Package restapi is the local API: what other programs of the same owner may
// ask over loopback. It promises that no web page and no other account gets an
// answer (Host, Origin and token are checked before anything else), that GET
// changes nothing, that no answer holds a secret, and that every refusal is one
// problem+json document. DESIGN section 7 lists the calls.
package restapi
