//go:build race

package collect

// schedules are fewer here: the race detector needs to see each kind of meeting,
// not each outcome, and takes ten times as long over it.
const schedules = 60

// pastDays is how far the cloud of a test reaches back.
const pastDays = 70
