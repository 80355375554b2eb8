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
	"syscall"

	"oura-streaming/app"
	"oura-streaming/internal/config"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/vault"
)

//go:embed all:frontend/dist
var assets embed.FS

// version is set by the build.
var version = "0.1.0-dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// endings are the signals that end the program in good order. SIGHUP comes when the
// terminal closes or, on some systems, the user logs off; who started the program with
// it ignored, as nohup does, wants it to go on.
//
// On Windows there is no SIGHUP. Closing a console arrives as SIGTERM; the program as it
// is shipped has none, and hears of the end of the session through its icon's window.
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// run starts the program and returns its exit status: 2 for a wrong command line,
// 1 for a failure, which is told in one sentence. To be asked to end is no failure,
// however early it comes.
func run(ctx context.Context, args []string, out, diag io.Writer) int {
	f, err := config.ParseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprint(out, config.Usage) // nobody to tell
		return 0
	} else if err != nil {
		_, _ = fmt.Fprintf(diag, "oura-streaming: %v; try --help.\n", err) // as above
		return 2
	}
	if f.Version {
		_, _ = fmt.Fprintln(out, "oura-streaming", version) // as above
		return 0
	}
	opt, err := options(f, diag)
	if err == nil {
		err = start(ctx, f, opt, out, diag)
	}
	if err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return 0
	}
	if opt.Log != nil {
		opt.Log.Debug("ended", "err", err)
	}
	_, _ = fmt.Fprintln(diag, oura.MessageOf(err)) // as above
	return 1
}

func start(ctx context.Context, f config.Flags, opt engine.Options, out, diag io.Writer) error {
	if f.Headless {
		return engine.Headless(ctx, opt, out, diag)
	}
	return app.Run(ctx, app.Options{Engine: opt, Assets: assets, Hidden: f.Hidden})
}

func options(f config.Flags, diag io.Writer) (engine.Options, error) {
	environ, err := takeEnvironment()
	if err != nil {
		return engine.Options{}, err
	}
	dir, err := app.DataDir(f.DataDir, f.Demo)
	if err != nil {
		return engine.Options{}, err
	}
	opt := engine.Options{
		DataDir: dir, Port: f.Port, Environ: environ, Hosts: config.Release(), Version: version, Demo: f.Demo,
		Keychain: vault.SystemKeychain,
		Log:      engine.NewLog(diag, logLevel(dir, environ)),
	}
	if !f.Headless { // the window shows what is kept
		opt.Recent = &diagnose.Ring{}
		opt.Log = opt.Recent.Beside(opt.Log)
	}
	return opt, nil
}

// secretVariables may stand in our environment and must not reach that of a child:
// a browser, or the processes that the window's toolkit starts (S-38).
var secretVariables = []string{"OURA_CLIENT_SECRET", "NGROK_AUTHTOKEN", "OURA_STREAMING_API_TOKEN"}

// takeEnvironment returns the variables of this process and removes those that
// hold secrets from it for good.
func takeEnvironment() ([]string, error) {
	environ := os.Environ()
	for _, name := range secretVariables {
		if err := os.Unsetenv(name); err != nil {
			return nil, fmt.Errorf("hide %s from child processes: %w", name, err)
		}
	}
	return environ, nil
}

const logVariable = "OURA_STREAMING_LOG"

// logLevel is the level set by the environment or the data folder's .env file. A
// file that cannot be read is told by the engine, and a wrong level too.
func logLevel(dataDir string, environ []string) string {
	env, err := config.Environment(dataDir, environ)
	level := env[logVariable]
	if err != nil {
		level = os.Getenv(logVariable)
	}
	if err := new(slog.Level).UnmarshalText([]byte(level)); err != nil {
		return config.DefaultLogLevel
	}
	return level
}
