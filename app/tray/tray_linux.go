//go:build linux && !notray

package tray

import (
	"context"
	"embed"
	"fmt"
	"os"
	"strings"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// OnMainThread says that Start belongs into the main thread, before its loop.
const OnMainThread = false

// Hint says how to get a tray where there is none.
const Hint = "GNOME shows a tray once its extension AppIndicator is installed and switched on (package gnome-shell-extension-appindicator). On other desktops add the tray, also called status notifier or system tray, to the panel."

// The desktop's end: a watcher knows all icons and the hosts that show them.
const (
	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	properties  = "org.freedesktop.DBus.Properties"
)

const (
	greeting   = 5 * time.Second // for the bus to let us in
	answerTime = 2 * time.Second // for one question on the bus
)

//go:embed icons/*-48.png
var pictures embed.FS

func picture(name string) []byte {
	img, _ := pictures.ReadFile("icons/" + name + "-48.png") // embedded: a test reads all of them
	return img
}

// label keeps an underscore from becoming a shortcut.
func label(title string) string { return strings.ReplaceAll(title, "_", "__") }

func (t *Tray) launch() { t.work.Go(t.watch) }

// watch shows the icon once there is a watcher, and keeps hosted true to the bus.
// The connection is its own: the library shares one with the keychain and closes it.
func (t *Tray) watch() {
	conn, err := t.sessionBus()
	if err != nil {
		if t.ctx.Err() == nil {
			t.log.Info("no tray without a session bus", "err", err)
		}
		return
	}
	defer func() { _ = conn.Close() }() // nothing of ours is under way there
	news := make(chan *dbus.Signal, 16)
	conn.Signal(news)
	if err := t.subscribe(conn); err != nil {
		t.log.Warn("tray not watched", "err", err)
		return
	}
	var end func()
	defer func() { shut(end) }()
	failed := false
	for {
		there, hosted := t.ask(conn)
		if there && end == nil && !failed {
			end = t.appear(conn)
			failed = end == nil
		}
		t.setHosted(hosted && end != nil)
		select {
		case <-t.ctx.Done():
			return
		case _, open := <-news:
			if !open {
				t.setHosted(false) // the bus has gone, and with it the session
				return
			}
			drain(news)
		}
	}
}

// sessionBus connects where a bus runs already; none is started for us.
func (t *Tray) sessionBus() (*dbus.Conn, error) {
	ctx, cancel := context.WithCancel(t.ctx)
	late := time.AfterFunc(greeting, cancel)
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if !late.Stop() && err == nil {
		err = context.DeadlineExceeded
	}
	if err != nil {
		cancel()
		_ = conn.Close() // the error that counts is told
		return nil, err
	}
	return conn, nil
}

func (t *Tray) subscribe(conn *dbus.Conn) error {
	ctx, cancel := context.WithTimeout(t.ctx, answerTime)
	defer cancel()
	if err := conn.AddMatchSignalContext(ctx,
		dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcher)); err != nil {
		return err
	}
	return conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(watcher), dbus.WithMatchObjectPath(watcherPath))
}

// ask asks whether there is a watcher, and whether a host shows what it knows.
func (t *Tray) ask(conn *dbus.Conn) (there, hosted bool) {
	if there = t.owned(conn, watcher); !there {
		return false, false
	}
	ctx, cancel := context.WithTimeout(t.ctx, answerTime)
	defer cancel()
	err := conn.Object(watcher, watcherPath).
		CallWithContext(ctx, properties+".Get", dbus.FlagNoAutoStart, watcher, "IsStatusNotifierHostRegistered").Store(&hosted)
	if err != nil {
		t.log.Debug("watcher does not say whether it has a host", "err", err)
	}
	return true, err == nil && hosted
}

func (t *Tray) owned(conn *dbus.Conn, name string) (owned bool) {
	ctx, cancel := context.WithTimeout(t.ctx, answerTime)
	defer cancel()
	err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned)
	return err == nil && owned
}

// appear shows the icon and returns the way to take it away, nil if that failed:
// the library does not say so itself, and ends badly what never began. What it
// publishes once and for all must be set before.
func (t *Tray) appear(conn *dbus.Conn) (end func()) {
	systray.SetOnTapped(func() { t.click(Open) })
	systray.SetTitle("oura-streaming") // it becomes the Id too, by which desktops know an icon again
	p := &painter{t: t}
	p.paint(t.latest())
	start, end := systray.RunWithExternalLoop(nil, nil)
	start()
	if !t.owned(conn, fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", os.Getpid())) {
		if t.ctx.Err() == nil {
			t.log.Warn("tray icon not published")
		}
		return nil
	}
	systray.SetTitle(Name)
	t.work.Go(func() { t.follow(p.paint) })
	return end
}

// shut calls end, which panics when the bus was lost at the wrong moment.
func shut(end func()) {
	defer func() { _ = recover() }() // there is nothing left to take away
	if end != nil {
		end()
	}
}

// drain drops what waits: one look answers it all.
func drain(news <-chan *dbus.Signal) {
	for {
		select {
		case _, open := <-news:
			if !open {
				return
			}
		default:
			return
		}
	}
}
