package restapi

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/hub"
)

func TestS07_AnExportOfARevokedTokenIsBrokenOff(t *testing.T) {
	var revoked atomic.Bool
	var news hub.Bell
	s := (&fake{}).services()
	s.TokenNews, s.Tokens = &news, func() []KnownToken {
		if revoked.Load() {
			return nil
		}
		return testTokens()
	}
	s.Exports = exporter(func(ExportQuery) (ExportFile, error) {
		return exportOf(func(ctx context.Context, w io.Writer) error {
			if _, err := io.WriteString(w, "{}\n"); err != nil {
				return err
			}
			revoked.Store(true)
			news.Ring()
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(20 * time.Second):
				t.Error("it goes on")
				return nil
			}
		}), nil
	})
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("recovered %v: nobody may take the part for the whole", v)
		}
	}()
	ask(t, New(s, testOptions), http.MethodGet, "/export", nil)
}
