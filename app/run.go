package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"

	"oura-streaming/app/tray"
	"oura-streaming/build/icons"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// The window's first size and its smallest, in CSS pixels.
const (
	width, height       = 1280, 800
	minWidth, minHeight = 400, 500
)

// Options say what to run behind which page.
type Options struct {
	Engine engine.Options
	Assets fs.FS // holds frontend/dist
	Hidden bool  // start without showing the window
}

// Run opens the window and returns when the program ends. A second start on the
// same data folder shows the first one's window and returns nil.
func Run(ctx context.Context, opt Options) error {
	if generatingBindings {
		return wails.Run(wailsOptions(newBackend(ctx, opt), opt))
	}
	if err := needDisplay(); err != nil {
		return err
	}
	b := newBackend(ctx, opt)
	if !b.take() {
		return nil
	}
	if ctx.Err() != nil {
		return b.stop() // asked to end before there was a window
	}
	defer b.limitQuit(os.Exit)()
	b.openEarly()
	win := wailsOptions(b, opt)
	if !paintWindows(win.BackgroundColour) {
		return errors.Join(noDisplay("The display "+os.Getenv("DISPLAY")+os.Getenv("WAYLAND_DISPLAY")+" cannot be opened"), b.stop())
	}
	openAt(win, engine.WindowPlace(opt.Engine.DataDir), largestScreen())
	if tray.OnMainThread {
		b.enterTray()
	}
	err := wails.Run(win)
	return errors.Join(err, b.stop())
}

// needDisplay refuses where the toolkit would panic.
func needDisplay() error {
	if runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" {
		return nil
	}
	return noDisplay("There is no display")
}

func noDisplay(why string) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: why + ", so no window can open. Start with --headless to run without one."}
}

func wailsOptions(b *backend, opt Options) *options.App {
	return &options.App{
		Title: "Oura Streaming", Width: width, Height: height, MinWidth: minWidth, MinHeight: minHeight,
		StartHidden:      opt.Hidden,
		BackgroundColour: ground(opt.Engine.DataDir),
		AssetServer:      &assetserver.Options{Assets: opt.Assets, Middleware: contentSecurity},
		Logger:           quiet{},
		LogLevel:         logger.ERROR, LogLevelProduction: logger.ERROR,
		OnStartup:                b.startup,
		OnBeforeClose:            b.beforeClose,
		HideWindowOnClose:        closingIsSystems,
		OnShutdown:               func(context.Context) { b.shutdown() },
		ErrorFormatter:           formatError,
		Bind:                     b.bound(),
		EnableDefaultContextMenu: false,
		Linux: &linux.Options{
			ProgramName:      "oura-streaming",
			Icon:             icons.App,
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever, // the other two are swapped in this version
		},
	}
}

// quiet drops what the framework logs: our own log tells what matters.
type quiet struct{}

func (quiet) Print(string)   {}
func (quiet) Trace(string)   {}
func (quiet) Debug(string)   {}
func (quiet) Info(string)    {}
func (quiet) Warning(string) {}
func (quiet) Error(string)   {}
func (quiet) Fatal(string)   {}
