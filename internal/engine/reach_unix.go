//go:build !windows

package engine

import "syscall"

// isLocal reports that a connection failed before it left this computer's network.
func isLocal(e syscall.Errno) bool {
	switch e {
	case syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EADDRNOTAVAIL, syscall.EACCES, syscall.EPERM:
		return true
	}
	return false
}

func isRefused(e syscall.Errno) bool { return e == syscall.ECONNREFUSED }
