//go:build !race

package collect

const schedules = 240

// pastDays is how far the cloud of a test reaches back.
const pastDays = 200
