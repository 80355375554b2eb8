package engine

import "syscall"

// What Winsock answers; the constants of package syscall stand for other numbers.
const (
	wsaAccess      = syscall.Errno(10013)
	wsaNoAddress   = syscall.Errno(10049)
	wsaNetDown     = syscall.Errno(10050)
	wsaNetUnreach  = syscall.Errno(10051)
	wsaRefused     = syscall.Errno(10061)
	wsaHostUnreach = syscall.Errno(10065)
)

// isLocal reports that a connection failed before it left this computer's network.
func isLocal(e syscall.Errno) bool {
	switch e {
	case wsaNetUnreach, wsaHostUnreach, wsaNetDown, wsaNoAddress, wsaAccess:
		return true
	}
	return false
}

func isRefused(e syscall.Errno) bool { return e == wsaRefused }
