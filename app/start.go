package app

import (
	"os"
	"path/filepath"

	"oura-streaming/app/autostart"
	"oura-streaming/app/tray"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/vault"
)

// loginProgram is what starts when the user signs in: this program on the user's own
// data, in the folder that was named.
func loginProgram(opt engine.Options) autostart.Program {
	p := autostart.Program{ID: "oura-streaming", Name: "Oura Streaming"}
	p.Path, _ = os.Executable() // "" is refused when it is used
	dir := opt.DataDir
	if opt.Demo {
		own, err := realDir(dir)
		if err != nil {
			return p
		}
		dir = own
	}
	if usual, err := engine.DefaultDataDir(false); dir != "" && (err != nil || filepath.Clean(dir) != filepath.Clean(usual)) {
		p.Args = []string{"--data-dir", dir}
	}
	return p
}

// Start tells how the program starts and what closing its window does.
func (a *SettingsAPI) Start() (StartView, error) {
	b := a.b
	view := StartView{Closing: config.ClosingKeeps, Lacks: b.lacks()}
	if closingIsSystems {
		view.Closing = "system"
	} else if e, err := b.live(); err == nil {
		view.Closing = e.Config().Get(config.WindowClosing)
	}
	at, err := autostart.Read(b.login)
	if err != nil {
		b.log.Warn("start at sign-in not read", "err", err)
		view.Fault = "It cannot be read whether Oura Streaming starts when you sign in."
		return view, nil
	}
	view.Login, view.Hidden = at.On, at.On && at.Hidden
	if at.On && !sameProgram(at.Path, b.login.Path) {
		view.Moved = at.Path
	}
	return view, nil
}

// sameProgram compares by what the paths lead to: a link to this program is it.
func sameProgram(one, other string) bool {
	if one == other {
		return true
	}
	a, err := os.Stat(one)
	if err != nil {
		return false
	}
	b, err := os.Stat(other)
	return err == nil && os.SameFile(a, b)
}

// SetLogin has the program start when the user signs in, or not; hidden, it starts
// without its window. Code: storage.
func (a *SettingsAPI) SetLogin(on, hidden bool) error {
	if on && a.b.login.Path == "" {
		return &oura.Error{Code: oura.CodeStorage, Message: "Where this program lies is not known, so nothing could start it. Put it into a folder of its own and start it again."}
	}
	if err := autostart.Set(a.b.login, on, hidden); err != nil {
		return &oura.Error{Code: oura.CodeStorage, Err: err, Message: "The system did not take that. Add or remove Oura Streaming in its own list of programs that start when you sign in."}
	}
	return nil
}

// SetClosing chooses what closing the window does: keep or quit. Code: invalid.
func (a *SettingsAPI) SetClosing(choice string) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	if choice == "" {
		return &oura.Error{Code: oura.CodeInvalid, Message: "Closing the window either keeps the program or quits it."}
	}
	return e.Config().Set(a.b.ctx, config.WindowClosing, choice)
}

// keychainHint says how to have a keychain. A key that lies in its file stays there.
const keychainHint = "There was no keychain, or it was locked, when the key to your secrets was made; so it lies in a file that only you can read. Where the desktop brings no keychain, install GNOME Keyring or KWallet before the program makes a new key."

// lacks lists what this desktop does not offer, and how to have it.
func (b *backend) lacks() []LackView {
	out := []LackView{}
	if !b.tray().Hosted() {
		out = append(out, LackView{"tray", tray.Hint})
	}
	if ok, why := b.notices.System(); !ok && why != "" {
		out = append(out, LackView{"notifications", why})
	}
	if e, err := b.live(); err == nil && e.KeyWhere().Kind == vault.KindKeyFile {
		out = append(out, LackView{"keychain", keychainHint})
	}
	return out
}
