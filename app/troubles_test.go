package app

import (
	"slices"
	"testing"

	"oura-streaming/internal/status"
)

// The window is told what the registry shows: of a dead network the network, and
// again what is left of the rest when it is back.
func TestU3_TheWindowIsNotToldWhatFollowsFromADeadNetwork(t *testing.T) {
	opt := engineOptions(t, home(t), false)
	b, _ := begin(t, opt)
	registry := b.side(t, opt.DataDir, false).Status()
	told := func() (codes []string) {
		view, err := (&StatusAPI{b}).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for _, trouble := range view.Troubles {
			codes = append(codes, trouble.Code)
		}
		return codes
	}
	follow := []string{status.OuraDown, status.TunnelDown, status.AddressSilent, status.WebhooksQuiet, status.ParkedDeliveries}
	for _, code := range follow {
		registry.RaiseCode(code, "")
	}
	registry.RaiseCode(status.NoNetwork, "")
	registry.RaiseCode(status.ClockSkew, "") // which has another cause
	codes := told()
	if !slices.Contains(codes, status.NoNetwork) || !slices.Contains(codes, status.ClockSkew) {
		t.Errorf("without a network the window is told %v", codes)
	}
	for _, code := range follow {
		if slices.Contains(codes, code) {
			t.Errorf("without a network the window is told %s too", code)
		}
	}
	registry.Clear(status.NoNetwork, status.OuraDown)
	if codes = told(); !slices.Contains(codes, status.TunnelDown) || !slices.Contains(codes, status.WebhooksQuiet) {
		t.Errorf("with the network back the window is told %v", codes)
	}
}
