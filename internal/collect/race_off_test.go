//go:build !race

package collect

const schedules = 240
