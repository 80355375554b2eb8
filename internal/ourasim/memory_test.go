package ourasim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// echo answers every handshake.
type echo struct{}

func (echo) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := &recorder{header: http.Header{"Content-Type": {"application/json"}}}
	_ = json.NewEncoder(rec).Encode(map[string]string{"challenge": r.URL.Query().Get("challenge")}) // a buffer takes everything
	return &http.Response{StatusCode: http.StatusOK, Header: rec.header, Body: http.NoBody, Request: r}, nil
}

func TestMemory_TheCloudLivesOnFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := New(Options{Transport: echo{}})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		sim.AddFaults(Fault{Delay: time.Minute, Status: http.StatusGatewayTimeout}, Fault{Drop: true})
		client := &http.Client{Transport: sim.Memory()}
		began := time.Now()
		res, err := client.Get("https://cloud.example/v2/webhook/subscription")
		if err != nil || res.StatusCode != http.StatusGatewayTimeout || time.Since(began) != time.Minute {
			t.Fatalf("%v, %v after %v", res, err, time.Since(began))
		}
		if res, err := client.Post("https://cloud.example/v2/webhook/subscription", "application/json", strings.NewReader("{}")); err == nil {
			t.Errorf("a cut connection answered %v", res.Status)
		}
	})
}

func TestSwitches_ATypeCanBeRefused(t *testing.T) {
	sim, err := New(Options{Transport: echo{}})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	sim.Change(func(s *Switches) { s.RefusedTypes = []string{"sleep"} })
	for dt, want := range map[string]int{"sleep": http.StatusUnprocessableEntity, "tag": http.StatusBadRequest} {
		body := `{"callback_url":"https://a.example/x","verification_token":"t","event_type":"create","data_type":"` + dt + `"}`
		req, err := http.NewRequest(http.MethodPost, "https://cloud.example/v2/webhook/subscription", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("x-client-id", "sim-client")
		req.Header.Set("x-client-secret", "sim-secret")
		res, err := sim.Memory().RoundTrip(req)
		if err != nil || res.StatusCode != want { // the echo leaves out the body, so the handshake of tag fails
			t.Errorf("%s: %v, %v", dt, res, err)
		}
	}
}
