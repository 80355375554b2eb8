// Package app is the window's side of the program: the methods the window may
// call, what it is told, and the window's own life. It is the only importer of
// Wails; the program itself runs in package engine, with or without it.
package app
