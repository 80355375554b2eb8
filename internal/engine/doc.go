// Package engine joins the parts into one running program without a window. The
// desktop shell, the headless mode and the whole-program tests start this same
// engine; it owns the order in which parts start, are restarted after a failure,
// and close.
package engine
