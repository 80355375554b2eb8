package restapi

import (
	"fmt"
	"net"
	"strconv"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS03_ListenTakesLoopbackOnly(t *testing.T) {
	ls, port, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(t, ls)
	if len(ls) != 2 && hasIPv6() {
		t.Errorf("%d listeners on a machine with IPv6", len(ls))
	}
	for _, l := range ls {
		addr := l.Addr().(*net.TCPAddr)
		if !addr.IP.IsLoopback() || addr.Port != port {
			t.Errorf("listens on %v, want loopback port %d", addr, port)
		}
	}
	for _, ip := range ownAddresses(t) {
		conn, err := net.Dial("tcp", net.JoinHostPort(ip.String(), strconv.Itoa(port)))
		if err == nil {
			conn.Close()
			t.Errorf("%v:%d answers", ip, port)
		}
	}
}

// ownAddresses are those of this machine that other machines can reach.
func ownAddresses(t *testing.T) (out []net.IP) {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			out = append(out, n.IP)
		}
	}
	return out
}

func TestListen_PortTakenOnEitherFamilyIsRefused(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		other, err := net.Listen("tcp", addr)
		if err != nil {
			t.Skipf("no %s on this machine", addr)
		}
		defer other.Close()
		port := portOf(other)
		ls, _, err := Listen(port)
		if err == nil {
			closeAll(t, ls)
		}
		if oura.CodeOf(err) != oura.CodePortTaken {
			t.Fatalf("%s taken: %v", other.Addr(), err)
		}
		want := fmt.Sprintf("Port %d on this computer is used by another program. "+
			"Close that program, or choose another port with --port.", port)
		if oura.MessageOf(err) != want {
			t.Errorf("message %q", oura.MessageOf(err))
		}
	}
}

func TestListen_FreesBothWhenOneIsTaken(t *testing.T) {
	other, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 on this machine")
	}
	port := portOf(other)
	if _, _, err := Listen(port); err == nil {
		t.Fatal("taken port accepted")
	}
	other.Close()
	ls, actual, err := Listen(port)
	if err != nil || actual != port {
		t.Fatalf("port %d, %v", actual, err)
	}
	closeAll(t, ls)
}

func TestListen_PortsThatDoNotExistAreRefused(t *testing.T) {
	for _, port := range []int{-1, 65536, 1 << 40} {
		if _, _, err := Listen(port); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("port %d: %v", port, err)
		}
	}
}

func closeAll(t *testing.T, ls []net.Listener) {
	t.Helper()
	for _, l := range ls {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
