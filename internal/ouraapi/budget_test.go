package ouraapi

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

func TestF31_PatientWorkLeavesAReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := offline(func(*http.Request) (*http.Response, error) { return respond(200, `{"id":"a"}`), nil })
		ask := func(ctx context.Context, limit time.Duration) (n int) {
			ctx, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			for ctx.Err() == nil {
				if _, err := client.Document(ctx, oura.Sleep, "a"); err == nil {
					n++
				}
			}
			return n
		}
		if n := ask(Patient(t.Context()), time.Minute); n != budgetLimit-budgetReserve {
			t.Errorf("%d patient requests in a minute, want %d", n, budgetLimit-budgetReserve)
		}
		if wait := client.PatientWait(); wait != 4*time.Minute {
			t.Errorf("patient work has to wait %v", wait)
		}
		if n := ask(t.Context(), time.Minute); n != budgetReserve {
			t.Errorf("%d requests of others, want %d", n, budgetReserve)
		}
		time.Sleep(4 * time.Minute)
		if wait := client.PatientWait(); wait != 0 {
			t.Errorf("after the span patient work has to wait %v", wait)
		}
	})
}
