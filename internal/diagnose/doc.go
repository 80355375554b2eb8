// Package diagnose writes what the program knows about itself as a text that a person
// reads, and may give to somebody who looks for a fault.
//
// Its promise: what the caller names as a secret stands nowhere in the text, nor does
// what looks like a token, an e-mail address, the network address of somebody else or a
// folder of the user's name. That is the second fence. The first one is the caller's:
// only what is on a list goes in, for no sieve knows a heart rate from a port.
package diagnose
