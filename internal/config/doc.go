// Package config holds the program's settings. One table (fields.go) names each
// setting with its environment variable, default and limits; a value comes from
// the environment, the .env file in the data folder, the store or the default, in
// that order. Values from the environment are never written back.
package config
