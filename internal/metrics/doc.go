// Package metrics reads what is stored as figures: single days, nights in full,
// and courses over months beside the person's own usual range. What is not known
// stays unknown; no figure is ever a zero in place of nothing. A day's value never
// takes part in the usual range it is held against.
package metrics
