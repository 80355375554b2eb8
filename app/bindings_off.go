//go:build !bindings

package app

// generatingBindings is false: this is the program itself.
const generatingBindings = false
