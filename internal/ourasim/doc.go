// Package ourasim is a pretend Oura cloud on loopback: sign-in with a consent
// page, the REST collections, webhook subscriptions and signed deliveries. Demo
// mode and the tests of every other part run against it.
//
// It promises to follow the contract's reading of Oura's cloud where that is
// known, and to offer a switch where two answers are possible. Its Ledger tells
// what it holds, what it changed, what it sent and what it was asked, so that a
// test can compare a client's store with the truth.
package ourasim
