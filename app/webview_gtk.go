//go:build linux && (desktop || dev) && !bindings

package app

/*
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>

// The library that draws the window is in this process; which of its two builds it is
// is the framework's choice, so it is asked by name.
static unsigned version_part(const char *name) {
	unsigned (*part)(void) = (unsigned (*)(void))dlsym(RTLD_DEFAULT, name);
	return part ? part() : 0;
}
static unsigned webkit_part(int i) {
	return version_part(i == 0 ? "webkit_get_major_version" : i == 1 ? "webkit_get_minor_version" : "webkit_get_micro_version");
}
static unsigned gtk_part(int i) {
	return version_part(i == 0 ? "gtk_get_major_version" : i == 1 ? "gtk_get_minor_version" : "gtk_get_micro_version");
}
*/
import "C"

import "fmt"

// webViewVersion names what draws the window.
func webViewVersion() string {
	return fmt.Sprintf("WebKitGTK %d.%d.%d, GTK %d.%d.%d", C.webkit_part(0), C.webkit_part(1), C.webkit_part(2), C.gtk_part(0), C.gtk_part(1), C.gtk_part(2))
}
