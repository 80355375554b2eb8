//go:build emptywindow

// Command emptywindow opens a window that does nothing, with the options of ours:
// what a start costs before any of it is our own. build/soak.sh starts it beside the
// program.
package main

import (
	"embed"
	"io/fs"
	"log"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"

	"oura-streaming/build/icons"
)

//go:embed index.html
var page embed.FS

func main() {
	if err := wails.Run(window(page)); err != nil {
		log.Fatal(err)
	}
}

// window follows wailsOptions in app/run.go.
func window(page fs.FS) *options.App {
	return &options.App{
		Title: "Empty", Width: 1280, Height: 800, MinWidth: 400, MinHeight: 500,
		BackgroundColour: options.NewRGB(0xf4, 0xf5, 0xf7),
		AssetServer:      &assetserver.Options{Assets: page},
		Linux: &linux.Options{
			ProgramName:      "emptywindow",
			Icon:             icons.App,
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever,
		},
	}
}
