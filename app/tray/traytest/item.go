//go:build linux

package traytest

import (
	"context"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	itemFace = "org.kde.StatusNotifierItem"
	menuFace = "com.canonical.dbusmenu"
)

// Item is an icon in the tray.
type Item struct {
	w    *Watcher
	dest string
	path dbus.ObjectPath
}

// Picture is an icon's points, as the bus carries them: alpha, red, green, blue.
type Picture struct {
	Width, Height int32
	Points        []byte
}

// Row is a line of the menu.
type Row struct {
	ID      int32
	Label   string
	Enabled bool
	Line    bool // only parts others
}

func (i *Item) call(path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return i.w.conn.Object(i.dest, path).CallWithContext(ctx, method, 0, args...)
}

// Property reads a property of the icon.
func (i *Item) Property(name string, into any) {
	i.w.t.Helper()
	var v dbus.Variant
	if err := i.call(i.path, "org.freedesktop.DBus.Properties.Get", itemFace, name).Store(&v); err != nil {
		i.w.t.Fatalf("property %s: %v", name, err)
	}
	if err := v.Store(into); err != nil {
		i.w.t.Fatalf("property %s: %v", name, err)
	}
}

// Title is the program's name.
func (i *Item) Title() (title string) {
	i.w.t.Helper()
	i.Property("Title", &title)
	return title
}

// Tooltip is what the icon tells when pointed at.
func (i *Item) Tooltip() string {
	i.w.t.Helper()
	var tip struct {
		Name     string
		Pictures []Picture
		Title    string
		Text     string
	}
	i.Property("ToolTip", &tip)
	return tip.Title
}

// Icon is the picture that is shown.
func (i *Item) Icon() Picture {
	i.w.t.Helper()
	var all []Picture
	i.Property("IconPixmap", &all)
	if len(all) != 1 {
		i.w.t.Fatalf("%d pictures, want 1", len(all))
	}
	return all[0]
}

// Activate clicks on the icon.
func (i *Item) Activate() {
	i.w.t.Helper()
	if err := i.call(i.path, itemFace+".Activate", int32(10), int32(10)).Err; err != nil {
		i.w.t.Fatal(err)
	}
}

type layout struct {
	ID    int32
	Props map[string]dbus.Variant
	Rows  []dbus.Variant
}

// Menu reads what the menu shows.
func (i *Item) Menu() []Row {
	i.w.t.Helper()
	var path dbus.ObjectPath
	i.Property("Menu", &path)
	var revision uint32
	var root layout
	if err := i.call(path, menuFace+".GetLayout", int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		i.w.t.Fatalf("menu: %v", err)
	}
	var out []Row
	for _, v := range root.Rows {
		var l layout
		if err := v.Store(&l); err != nil {
			i.w.t.Fatal(err)
		}
		row := Row{ID: l.ID, Enabled: true}
		visible, kind := true, ""
		for name, into := range map[string]any{"label": &row.Label, "enabled": &row.Enabled, "visible": &visible, "type": &kind} {
			if v, ok := l.Props[name]; ok {
				if err := v.Store(into); err != nil {
					i.w.t.Fatalf("menu, %s: %v", name, err)
				}
			}
		}
		if row.Line = kind == "separator"; visible {
			out = append(out, row)
		}
	}
	return out
}

// Labels are the texts of the menu from top to bottom, without lines.
func (i *Item) Labels() []string {
	i.w.t.Helper()
	var out []string
	for _, r := range i.Menu() {
		if !r.Line {
			out = append(out, r.Label)
		}
	}
	return out
}

// Click chooses a row of the menu, as a desktop tells it.
func (i *Item) Click(label string) {
	i.w.t.Helper()
	all := i.Menu()
	at := slices.IndexFunc(all, func(r Row) bool { return r.Label == label })
	if at < 0 {
		i.w.t.Fatalf("no row %q in %q", label, i.Labels())
	}
	var path dbus.ObjectPath
	i.Property("Menu", &path)
	if err := i.call(path, menuFace+".Event", all[at].ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err; err != nil {
		i.w.t.Fatal(err)
	}
}
