package app

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wailsapp/wails/v2/pkg/options"

	"oura-streaming/app/autostart"
	"oura-streaming/app/notify"
	"oura-streaming/app/tray"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// until waits until it is so.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(5 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("waited in vain: %s", what)
}

func (u *fakeUI) said(name string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	n := 0
	for _, m := range u.messages {
		if m == name {
			n++
		}
	}
	return n
}

// notSystems skips where the system hides the window by itself.
func notSystems(t *testing.T) {
	t.Helper()
	if closingIsSystems {
		t.Skip("the system itself hides the window here")
	}
}

func TestU05_ClosingHidesInTheTrayAndSaysSoOnce(t *testing.T) {
	notSystems(t)
	home(t)
	b, window, _ := beginInTray(t, engineOptions(t, "", false))
	for range 2 {
		if !b.beforeClose(t.Context()) {
			t.Fatal("the window closes for good")
		}
		until(t, "the window hides", func() bool { return !window.IsShown() })
		until(t, "it is said", func() bool {
			e, err := b.live()
			return err == nil && e.Config().Bool(config.WindowCloseTold)
		})
		b.show()
		<-window.shown
	}
	if n := slices.IndexFunc(b.notices.List(), func(n notify.Notice) bool { return n.Code == "still_running" }); n < 0 && window.said(msgKept) != 1 {
		t.Errorf("nobody was told that the program goes on; the page heard %d times", window.said(msgKept))
	}
	if n := window.said(msgKept); n > 1 {
		t.Errorf("the page was told %d times", n)
	}
	if b.ctx.Err() != nil || len(window.quit) > 0 {
		t.Error("closing the window ended the program")
	}
}

func TestU05_ClosingQuits(t *testing.T) {
	home(t)
	for what, c := range map[string]struct {
		hosted bool
		choice string
	}{
		"where no tray would bring the window back": {false, config.ClosingKeeps},
		"where the user wants it":                   {true, config.ClosingQuits},
	} {
		t.Run(what, func(t *testing.T) {
			b, window, icon := beginInTray(t, engineOptions(t, t.TempDir(), false))
			icon.host(c.hosted)
			if err := (&SettingsAPI{b}).SetClosing(c.choice); err != nil {
				t.Fatal(err)
			}
			if !b.beforeClose(t.Context()) {
				t.Fatal("the loop is ended by another than Quit, perhaps before it began")
			}
			select {
			case <-window.quit:
			case <-time.After(20 * time.Second):
				t.Fatal("the program does not end")
			}
			if window.IsShown() {
				t.Error("the window stays while the rest ends")
			}
			if b.beforeClose(t.Context()) {
				t.Error("Quit cannot close the window")
			}
			if !b.beforeClose(t.Context()) {
				t.Error("the loop is ended twice")
			}
		})
	}
}

func TestF80_EveryWayOutEnds(t *testing.T) {
	home(t)
	for what, leave := range map[string]func(b *backend, icon *fakeTray, signal context.CancelFunc){
		"a signal, which the framework hears first": func(b *backend, _ *fakeTray, signal context.CancelFunc) {
			b.beforeClose(t.Context())
			signal()
		},
		"a signal, which the framework hears last": func(b *backend, _ *fakeTray, signal context.CancelFunc) {
			signal()
			b.beforeClose(t.Context())
		},
		"Quit in the tray": func(_ *backend, icon *fakeTray, _ context.CancelFunc) { icon.do(tray.Quit) },
	} {
		t.Run(what, func(t *testing.T) {
			b, window, icon := beginInTray(t, engineOptions(t, t.TempDir(), true))
			began := time.Now()
			leave(b, icon, b.cancel)
			select {
			case <-window.quit:
			case <-time.After(5 * time.Second):
				t.Fatal("the window was not asked to end")
			}
			if b.beforeClose(t.Context()) {
				t.Error("the window does not end")
			}
			b.shutdown()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestF80_WhatHangsIsEndedAfterAll(t *testing.T) {
	for what, hangs := range map[string]bool{"a loop that ends": false, "a loop that hangs": true} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(t.Context(), Options{})
				gone := make(chan int, 1)
				over := b.limitQuit(func(status int) { gone <- status })
				began := time.Now()
				b.cancel()
				if !hangs {
					over()
					select {
					case <-gone:
						t.Error("ended by force")
					case <-time.After(time.Hour): // of the test's own time
					}
					return
				}
				if status := <-gone; status != 1 || time.Since(began) != quitLimit {
					t.Errorf("status %d after %v", status, time.Since(began))
				}
				over()
			})
		})
	}
}

func TestF83_AHiddenWindowComesWhereNoTrayShowsTheProgram(t *testing.T) {
	home(t)
	b, window, icon := beginInTray(t, engineOptions(t, "", false))
	b.patience = 20 * time.Millisecond
	window.Hide()
	icon.host(false) // wakes, as a tray that goes does
	select {
	case <-window.shown:
	case <-time.After(20 * time.Second):
		t.Fatal("the window stays hidden for good")
	}
	icon.host(true)
	window.Hide()
	b.hid <- struct{}{}
	select {
	case <-window.shown:
		t.Error("the window comes though the tray shows the program")
	case <-time.After(200 * time.Millisecond):
	}
}

func TestPlace_IsKeptWhileTheWindowCanBeSeen(t *testing.T) {
	notSystems(t)
	home(t)
	opt := engineOptions(t, "", false)
	b, window, _ := beginInTray(t, opt)
	kept := func(want engine.Place) {
		t.Helper()
		until(t, "the place is kept", func() bool { return engine.WindowPlace(opt.DataDir) == want })
	}
	at := engine.Place{Width: 900, Height: 700, X: 30, Y: 40, Placed: true}
	window.Place(at)
	b.keepPlace()
	kept(at)
	window.Hide()
	window.Place(engine.Place{Width: 1, Height: 1})
	b.keepPlace()
	kept(at)
	window.hide(false)
	window.Place(engine.Place{Width: 1920, Height: 1080, Placed: true, Maximised: true})
	b.keepPlace()
	at.Maximised = true
	kept(at)
	win := wailsOptions(b, Options{})
	openAt(win, engine.WindowPlace(opt.DataDir), screen{})
	if win.Width != 900 || win.Height != 700 || win.WindowStartState != options.Maximised {
		t.Errorf("opens %d×%d, %v", win.Width, win.Height, win.WindowStartState)
	}
	if info, err := os.Stat(filepath.Join(opt.DataDir, "window.place")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	for _, text := range []string{"", "{", `{"width":-1,"height":5}`, `{"width":99999999,"height":700}`, strings.Repeat(" ", 1<<20) + "{}", "null"} {
		if err := os.WriteFile(filepath.Join(opt.DataDir, "window.place"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if p := engine.WindowPlace(opt.DataDir); p != (engine.Place{}) {
			t.Errorf("%.20q is read as %+v", text, p)
		}
	}
}

func TestPlace_FitsTheScreen(t *testing.T) {
	one := []screen{{1600, 900}}
	for what, c := range map[string]struct {
		kept    engine.Place
		screens []screen
		want    engine.Place
		ok      bool
	}{
		"as it was":                     {engine.Place{Width: 800, Height: 600, X: 10, Y: 20, Placed: true}, one, engine.Place{Width: 800, Height: 600, X: 10, Y: 20, Placed: true}, true},
		"of a larger screen":            {engine.Place{Width: 3000, Height: 2000, X: 2000, Y: 1500, Placed: true}, one, engine.Place{Width: 1600, Height: 900, Placed: true}, true},
		"beyond the edges":              {engine.Place{Width: 800, Height: 600, X: 1590, Y: -400, Placed: true}, one, engine.Place{Width: 800, Height: 600, X: 800, Placed: true}, true},
		"without a place":               {engine.Place{Width: 800, Height: 600}, one, engine.Place{}, false},
		"among several screens":         {engine.Place{Width: 800, Height: 600, Placed: true}, append(one, one...), engine.Place{}, false},
		"on a screen that says nothing": {engine.Place{Width: 800, Height: 600, Placed: true}, nil, engine.Place{}, false},
	} {
		t.Run(what, func(t *testing.T) {
			if got, ok := placed(c.kept, c.screens); got != c.want || ok != c.ok {
				t.Errorf("%+v, %v, want %+v", got, ok, c.want)
			}
		})
	}
	win := &options.App{Width: width, Height: height, StartHidden: true}
	openAt(win, engine.Place{Width: 5000, Height: 100, Maximised: true}, screen{1600, 900})
	if win.Width != 1600 || win.Height != minHeight || win.WindowStartState == options.Maximised {
		t.Errorf("opens %d×%d, %v", win.Width, win.Height, win.WindowStartState)
	}
}

func TestStart_IsReadFromTheSystem(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("writes to this user's own settings elsewhere")
	}
	home(t)
	opt := engineOptions(t, "", false)
	b, _, icon := beginInTray(t, opt)
	api := &SettingsAPI{b}
	get := func() StartView {
		t.Helper()
		view, err := api.Start()
		if err != nil {
			t.Fatal(err)
		}
		return view
	}
	if v := get(); v.Login || v.Hidden || v.Moved != "" || v.Fault != "" || v.Closing != config.ClosingKeeps {
		t.Errorf("at first: %+v", v)
	}
	if err := api.SetLogin(true, true); err != nil {
		t.Fatal(err)
	}
	if v := get(); !v.Login || !v.Hidden || v.Moved != "" {
		t.Errorf("switched on: %+v", v)
	}
	b.login.Path = "/opt/elsewhere/oura-streaming"
	if err := autostart.Set(b.login, true, false); err != nil {
		t.Fatal(err)
	}
	b.login = loginProgram(opt)
	if v := get(); v.Moved != "/opt/elsewhere/oura-streaming" || v.Hidden {
		t.Errorf("of another program: %+v", v)
	}
	if err := api.SetLogin(true, false); err != nil {
		t.Fatal(err)
	}
	if v := get(); v.Moved != "" {
		t.Errorf("repaired: %+v", v)
	}
	for _, choice := range []string{"", "minimise"} {
		if err := api.SetClosing(choice); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("closing %q: %v", choice, err)
		}
	}
	icon.host(false)
	lacks := get().Lacks
	for _, what := range []string{"tray", "keychain"} {
		if !slices.ContainsFunc(lacks, func(l LackView) bool { return l.What == what && len(l.Hint) > 40 }) {
			t.Errorf("%s is missing and not told: %+v", what, lacks)
		}
	}
}

func TestLoginProgram_NamesTheFolderOfTheOwnData(t *testing.T) {
	home(t)
	usual, err := engine.DefaultDataDir(false)
	if err != nil {
		t.Fatal(err)
	}
	sample, err := engine.DefaultDataDir(true)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		opt  engine.Options
		want []string
	}{
		"the usual one":           {engine.Options{DataDir: usual}, nil},
		"another one":             {engine.Options{DataDir: "/data/ring"}, []string{"--data-dir", "/data/ring"}},
		"sample data":             {engine.Options{DataDir: sample, Demo: true}, nil},
		"sample data in that one": {engine.Options{DataDir: "/data/ring/sample-data", Demo: true}, []string{"--data-dir", "/data/ring"}},
	} {
		t.Run(what, func(t *testing.T) {
			if p := loginProgram(c.opt); !slices.Equal(p.Args, c.want) || !filepath.IsAbs(p.Path) {
				t.Errorf("%+v, want %q", p, c.want)
			}
		})
	}
}
