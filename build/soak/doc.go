// Package soak measures what the program costs while nothing happens, and how long
// its window takes to come. Its tests need built programs and displays: build/soak.sh
// makes them, says where they are and prints the table.
package soak
