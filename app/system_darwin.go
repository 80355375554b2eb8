package app

import "syscall"

// systemName is the version of macOS, "" when it does not say.
func systemName() string {
	version, err := syscall.Sysctl("kern.osproductversion")
	if err != nil {
		return ""
	}
	return "macOS " + version
}
