// Package icons holds the program's pictures.
package icons

import _ "embed"

// App is the program's icon, a PNG of 256 pixels for the window. appdraw makes it.
//
//go:embed app-256.png
var App []byte
