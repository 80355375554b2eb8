// Package person invents one plausible owner of an Oura ring: years of nights,
// days, workouts, moods and heart beats, in the JSON of API revision 1.37.
//
// It promises three things. The same options give the same bytes. A record
// hangs on the seed and on its calendar day alone, so that another window
// (From, To) shows the same life with the same ids. Nothing is kept: every
// answer is made when it is asked for, and a Person may be used by many
// goroutines at once.
package person
