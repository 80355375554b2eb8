//go:build window

package app_test

import "testing"

// TestU01_TheRealWindowKilledInTheWizardGoesOnThere types into the wizard, kills the
// program at its second step and again at its third, and starts it anew.
func TestU01_TheRealWindowKilledInTheWizardGoesOnThere(t *testing.T) {
	const (
		welcome, client, signIn = "Your ring’s data, live and on this computer", "Create your own Oura app", "Sign in with Oura"

		press = `[...document.querySelectorAll("button")].find((b) => b.textContent.includes("Connect my Oura account")).click(); "pressed"`
		fill  = `document.querySelectorAll(".codes input").forEach((field, i) => {
			field.value = ["wizard-client-id", "wizard-client-secret"][i];
			field.dispatchEvent(new Event("input", {bubbles: true}));
		}); "typed"`
		heading = `document.querySelector("h1")?.textContent ?? ""`
	)
	home := t.TempDir()
	begin := func(title string) (*process, *inspector) {
		t.Helper()
		addr := freeAddr(t)
		p := launchIn(t, home, shipped(t), append(noDesktop(t), "WEBKIT_INSPECTOR_HTTP_SERVER="+addr))
		page := inspect(t, addr)
		page.until(t, "the step of the wizard", heading, func(v string) bool { return v == title })
		return p, page
	}
	die := func(p *process) {
		t.Helper()
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-p.done
	}
	step := func(page *inspector, name string) {
		t.Helper()
		page.until(t, "the step kept", `go.app.SetupAPI.Get().then((v) => document.body.dataset.step = v.step); document.body.dataset.step ?? ""`, func(v string) bool { return v == name })
	}

	first, page := begin(welcome)
	page.eval(t, press)
	step(page, "client")
	die(first)

	second, page := begin(client)
	page.eval(t, fill)
	page.eval(t, `document.querySelector("form").requestSubmit(); "sent"`)
	step(page, "sign_in")
	die(second)

	third, page := begin(signIn)
	page.until(t, "the client that was entered", `go.app.SetupAPI.Get().then((v) => document.body.dataset.client = v.clientId + " " + v.clientSecretSet); document.body.dataset.client ?? ""`, func(v string) bool {
		return v == "wizard-client-id true"
	})
	third.quit(t)
}
