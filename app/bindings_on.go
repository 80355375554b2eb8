//go:build bindings

package app

// generatingBindings is true while the build tool runs this program only to read
// the bound methods: nothing else may happen then.
const generatingBindings = true
