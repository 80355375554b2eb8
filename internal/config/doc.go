// Package config holds the program's settings: defaults, stored values and the
// environment in that order, with units and limits in one table.
package config
