package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"

	"oura-streaming/internal/oura"
)

// loopbackHosts are the two names of this computer to itself. A proxy told to
// forward to "localhost" may take either.
var loopbackHosts = []string{"127.0.0.1", "::1"}

// listenFunc opens a listener; net.Listen is one.
type listenFunc func(network, addr string) (net.Listener, error)

// listenLoopback listens on port at every host, with the same port for all when
// it is 0. Anything but a loopback address is refused before a socket is opened.
// Codes: invalid, port_taken.
func listenLoopback(listen listenFunc, hosts []string, port int) ([]net.Listener, error) {
	if port < 0 || port > 65535 {
		return nil, invalid("The ingress port must be a number from 1 to 65535. Correct OURA_INGRESS_PORT or the setting.")
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
			return nil, invalid("The ingress may only listen on this computer itself, not on " + host + ". Use 127.0.0.1 and let your proxy forward to it.")
		}
	}
	var open []net.Listener
	for _, host := range hosts {
		l, err := listenOne(listen, host, port)
		if err != nil {
			return nil, errors.Join(err, closeAll(open))
		}
		if l == nil {
			continue
		}
		open = append(open, l)
		port = l.Addr().(*net.TCPAddr).Port // listenOne made sure of the type
	}
	return open, nil
}

// listenOne returns nil without error where this computer has no IPv6 loopback.
func listenOne(listen listenFunc, host string, port int) (net.Listener, error) {
	network := "tcp4"
	if net.ParseIP(host).To4() == nil {
		if network = "tcp6"; !hasAddr(host) {
			return nil, nil
		}
	}
	l, err := listen(network, net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, &oura.Error{Code: oura.CodePortTaken, Err: err, Message: fmt.Sprintf(
			"Port %d of this computer cannot be opened for deliveries, most likely because another program uses it. "+
				"Close that program, or choose another port with OURA_INGRESS_PORT and let your proxy forward there.", port)}
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("listener bound %v, which is not loopback", l.Addr()), l.Close())
	}
	return l, nil
}

// hasAddr reports whether a network interface of this computer has the address.
func hasAddr(host string) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return true // then let listen find out
	}
	return slices.ContainsFunc(addrs, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.Equal(net.ParseIP(host))
	})
}

// closeAll closes what was opened and joins the errors.
func closeAll(listeners []net.Listener) error {
	var errs []error
	for _, l := range listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// noContextListen is net.Listen by way of a ListenConfig.
func noContextListen(network, addr string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), network, addr)
}
