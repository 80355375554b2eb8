//go:build race

package collect

// underRace tells that everything takes ten times as long.
const underRace = true
