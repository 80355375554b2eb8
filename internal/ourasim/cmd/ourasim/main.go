// Command ourasim runs the pretend Oura cloud by itself, for browser tests and
// for trying things by hand. When it is ready it prints one line of JSON with
// all addresses; it ends with SIGINT or SIGTERM.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/ourasim/person"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ourasim:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	port, controlPort int
	id, secret        string
	redirects         redirectList
	seed              int64
	days              int
	verbose           bool
}

// redirectList is a flag that may be repeated.
type redirectList []string

func (l *redirectList) String() string { return strings.Join(*l, " ") }

func (l *redirectList) Set(v string) error {
	*l = append(*l, v)
	return nil
}

func readFlags(args []string, stderr io.Writer) (settings, error) {
	var s settings
	f := flag.NewFlagSet("ourasim", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&s.port, "port", 0, "port of the cloud, 0 takes a free one")
	f.IntVar(&s.controlPort, "control-port", 0, "port of the control listener, 0 takes a free one")
	f.StringVar(&s.id, "client-id", "sim-client", "client id of the registered application")
	f.StringVar(&s.secret, "client-secret", "sim-secret", "its client secret")
	f.Var(&s.redirects, "redirect", "a registered redirect URI, may be repeated (default http://localhost:8000/auth/callback)")
	f.Int64Var(&s.seed, "seed", 1, "which person to invent")
	f.IntVar(&s.days, "days", 90, "days of history, 0 starts empty")
	f.BoolVar(&s.verbose, "verbose", false, "log to standard error")
	err := f.Parse(args)
	if len(s.redirects) == 0 {
		s.redirects = redirectList{"http://localhost:8000/auth/callback"}
	}
	return s, err
}

func (s settings) options(now time.Time, stderr io.Writer) ourasim.Options {
	var opt ourasim.Options
	if s.days > 0 {
		opt = ourasim.PersonOptions(person.New(person.Options{Seed: s.seed, From: now.AddDate(0, 0, -s.days), To: now}))
	}
	opt.ClientID, opt.ClientSecret, opt.RedirectURIs = s.id, s.secret, s.redirects
	opt.Port, opt.Control, opt.ControlPort = s.port, true, s.controlPort
	if s.verbose {
		opt.Log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return opt
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	set, err := readFlags(args, stderr)
	if err != nil {
		return err
	}
	sim, err := ourasim.Start(set.options(time.Now(), stderr))
	if err != nil {
		return err
	}
	defer sim.Close()
	ready := struct {
		Ready   bool              `json:"ready"`
		PID     int               `json:"pid"`
		UserID  string            `json:"user_id"`
		Client  string            `json:"client_id"`
		Address map[string]string `json:"urls"`
	}{true, os.Getpid(), sim.UserID(), set.id, sim.URLs()}
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return fmt.Errorf("report readiness: %w", err)
	}
	<-ctx.Done()
	return nil
}
