// Command oura-streaming keeps an Oura ring's data live and complete on this
// computer: a window by default, the same program without one with --headless.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"oura-streaming/app"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/vault"
)

//go:embed all:frontend/dist
var assets embed.FS

// version is set by the build.
var version = "0.1.0-dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run starts the program and returns its exit status: 2 for a wrong command line,
// 1 for a failure, which is told in one sentence.
func run(ctx context.Context, args []string, out, diag io.Writer) int {
	f, err := config.ParseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprint(out, config.Usage) // nobody to tell
		return 0
	} else if err != nil {
		_, _ = fmt.Fprintf(diag, "%v. Try --help.\n", err) // as above
		return 2
	}
	if f.Version {
		_, _ = fmt.Fprintln(out, "oura-streaming", version) // as above
		return 0
	}
	if err := start(ctx, f, out, diag); err != nil {
		slog.Debug("ended", "err", err)
		_, _ = fmt.Fprintln(diag, oura.MessageOf(err)) // as above
		return 1
	}
	return 0
}

func start(ctx context.Context, f config.Flags, out, diag io.Writer) error {
	opt, err := options(f, diag)
	if err != nil {
		return err
	}
	if f.Headless {
		return engine.Headless(ctx, opt, out, diag)
	}
	return app.Run(ctx, app.Options{Engine: opt, Assets: assets, Hidden: f.Hidden})
}

func options(f config.Flags, diag io.Writer) (engine.Options, error) {
	dir := f.DataDir
	if dir == "" {
		var err error
		if dir, err = engine.DefaultDataDir(f.Demo); err != nil {
			return engine.Options{}, err
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return engine.Options{}, err
	}
	return engine.Options{
		DataDir: abs, Port: f.Port, Environ: os.Environ(), Hosts: config.Release(), Version: version, Demo: f.Demo,
		Keychain: vault.SystemKeychain(abs),
		Log:      engine.NewLog(diag, os.Getenv("OURA_STREAMING_LOG")),
	}, nil
}
