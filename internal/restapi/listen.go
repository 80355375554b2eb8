package restapi

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"

	"oura-streaming/internal/oura"
)

const (
	maxPort      = 65535
	portAttempts = 32 // for port 0: how often both families are tried
)

// Listen opens the API's listeners: 127.0.0.1 and, where the machine has IPv6,
// ::1 on the same port. No other address can be asked for. Port 0 takes one
// that is free on both; actual is the port taken. Together the listeners admit
// 128 connections. Codes: invalid, port_taken.
func Listen(port int) (ls []net.Listener, actual int, err error) {
	if port < 0 || port > maxPort {
		return nil, 0, &oura.Error{
			Code:    oura.CodeInvalid,
			Message: fmt.Sprintf("Port %d does not exist. Choose one from 1 to %d, or 0 for any free one.", port, maxPort),
		}
	}
	tries := 1
	if port == 0 {
		tries = portAttempts
	}
	for range tries {
		if ls, err = listenBoth(port); err == nil {
			return limitTogether(ls, maxConnections), portOf(ls[0]), nil
		}
	}
	return nil, 0, portTaken(port, err)
}

// listenBoth binds both loopback addresses or none.
func listenBoth(port int) ([]net.Listener, error) {
	v4, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	v6, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(portOf(v4))))
	switch {
	case err == nil:
		return []net.Listener{v4, v6}, nil
	case !hasIPv6():
		return []net.Listener{v4}, nil
	default:
		_ = v4.Close() // nothing was accepted on it
		return nil, err
	}
}

// hasIPv6 tries ::1 with a port that cannot be taken: error numbers for "no
// such address" differ between systems.
func hasIPv6() bool {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	_ = l.Close() // it was only a question
	return true
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func portTaken(port int, err error) error {
	message := fmt.Sprintf("Port %d on this computer is used by another program. "+
		"Close that program, or choose another port with --port.", port)
	switch {
	case port == 0:
		message = "No port on this computer is free on both 127.0.0.1 and ::1. Close some programs, or name a port with --port."
	case errors.Is(err, os.ErrPermission):
		message = fmt.Sprintf("This computer does not let programs use port %d. Choose another one with --port, such as 8000.", port)
	}
	return &oura.Error{Code: oura.CodePortTaken, Message: message, Err: err}
}
