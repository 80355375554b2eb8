//go:build race

package ingress

const raceDetector = true
