package restapi

import (
	"log/slog"
	"net/http"
	"time"
)

// net/http adds 4 KiB of its own to MaxHeaderBytes; with these, 8 KiB is where
// 431 begins (S-31).
const maxHeaderBytes = 8<<10 - 4<<10

// NewServer returns a server with the limits of S-31 around h. A stream
// sets its own deadlines.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            5 * time.Second,
		ReadTimeout:                  10 * time.Second,
		WriteTimeout:                 15 * time.Second,
		IdleTimeout:                  30 * time.Second,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // "OPTIONS *" meets the same checks as the rest
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
