package app

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/godbus/dbus/v5"
)

// showInFolder asks the desktop's file manager to select the file, and where none
// answers opens the folder.
func showInFolder(ctx context.Context, path string) error {
	err := showItems(ctx, path)
	if err == nil {
		return nil
	}
	return launch(ctx, "xdg-open", filepath.Dir(path))
}

// showItems is the method of org.freedesktop.FileManager1. Without a session bus
// in the environment none is started.
func showItems(ctx context.Context, path string) error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return errors.New("no session bus")
	}
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = bus.Close() }() // it was only for this call
	address := (&url.URL{Scheme: "file", Path: path}).String()
	manager := bus.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1")
	return manager.CallWithContext(ctx, "org.freedesktop.FileManager1.ShowItems", 0, []string{address}, "").Err
}
