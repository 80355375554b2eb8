//go:build notray || !(linux || windows || darwin)

package tray

// OnMainThread says that Start belongs into the main thread, before its loop.
const OnMainThread = false

// Hint says how to get a tray where there is none.
const Hint = "This build has no tray."

func (t *Tray) launch() {}
