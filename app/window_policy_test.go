//go:build window

package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestS44_NothingForeignRunsInTheRealWindow tries, inside the page of the
// unmodified program, what a smuggled script could try.
func TestS44_NothingForeignRunsInTheRealWindow(t *testing.T) {
	addr := freeAddr(t)
	t.Setenv("WEBKIT_INSPECTOR_HTTP_SERVER", addr)
	program := launch(t, shipped(t), "C.UTF-8")
	page := inspect(t, addr)
	page.until(t, "the page", `document.readyState === "complete" ? location.protocol : ""`, func(v string) bool { return v == "wails:" })

	page.eval(t, `
		window.seen = [];
		document.addEventListener("securitypolicyviolation", (e) => window.seen.push(e.effectiveDirective));
		const add = (name, set) => { const n = document.createElement(name); set(n); document.body.append(n); return n; };
		add("script", (n) => { n.textContent = "window.ran = 'inline script'"; });
		add("button", (n) => n.setAttribute("onclick", "window.ran = 'inline handler'")).click();
		setTimeout("window.ran = 'eval'", 0);
		fetch("https://foreign.example/").then(() => { window.ran = "fetch"; }, () => {});
		add("img", (n) => { n.onload = () => { window.ran = "image"; }; n.src = "https://foreign.example/x.png"; });
		add("iframe", (n) => { n.src = "https://foreign.example/"; });
		"tried"`)
	page.until(t, "all refusals", `window.seen.join(" ")`, func(v string) bool {
		for _, directive := range []string{"script-src", "connect-src", "img-src", "frame-src"} {
			if !containsPrefix(v, directive) {
				return false
			}
		}
		return true
	})
	if ran := page.eval(t, `String(window.ran)`); ran != "undefined" {
		t.Errorf("this ran in the window: %s", ran)
	}
	if frames := page.eval(t, `String(window.frames.length && window.frames[0].location.href === "https://foreign.example/")`); frames == "true" {
		t.Error("a foreign page was framed")
	}
	program.quit(t)
}

func containsPrefix(words, prefix string) bool {
	return slices.ContainsFunc(strings.Fields(words), func(w string) bool { return strings.HasPrefix(w, prefix) })
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // only its number was needed
	return l.Addr().String()
}

// inspector talks to WebKit's own inspector server.
type inspector struct {
	conn   *websocket.Conn
	target string
	last   int
}

// inspect connects once the page can be inspected.
func inspect(t *testing.T, addr string) *inspector {
	t.Helper()
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(200 * time.Millisecond) {
		if !listed(t, addr) {
			continue // whoever connects before the page is listed crashes WebKit
		}
		var conn *websocket.Conn
		conn, _, err = websocket.DefaultDialer.DialContext(t.Context(), fmt.Sprintf("ws://%s/socket/1/1/WebPage", addr), nil)
		if err != nil {
			continue
		}
		i := &inspector{conn: conn}
		if i.target, err = i.awaitTarget(); err == nil {
			t.Cleanup(func() { _ = conn.Close() }) // the program has ended
			return i
		}
		_ = conn.Close() // tried again
	}
	t.Fatalf("the page cannot be inspected: %v", err)
	return nil
}

// listed reports whether the inspector server lists the page.
func listed(t *testing.T, addr string) bool {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }() // read to its end or given up
	text, err := io.ReadAll(res.Body)
	return err == nil && strings.Contains(string(text), "socket/1/1/")
}

type message struct {
	ID     int    `json:"id,omitempty"`
	Method string `json:"method"`
	Params struct {
		TargetID   string `json:"targetId,omitempty"`
		Message    string `json:"message,omitempty"`
		TargetInfo struct {
			TargetID string `json:"targetId"`
			Type     string `json:"type"`
		} `json:"targetInfo"`
	} `json:"params"`
}

func (i *inspector) read() (message, error) {
	var m message
	if err := i.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return m, err
	}
	return m, i.conn.ReadJSON(&m)
}

func (i *inspector) awaitTarget() (string, error) {
	for {
		m, err := i.read()
		if err != nil {
			return "", err
		}
		if m.Method == "Target.targetCreated" && m.Params.TargetInfo.Type == "page" {
			return m.Params.TargetInfo.TargetID, nil
		}
	}
}

// eval runs an expression in the page and returns its text.
func (i *inspector) eval(t *testing.T, expression string) string {
	t.Helper()
	i.last++
	inner, err := json.Marshal(map[string]any{"id": i.last, "method": "Runtime.evaluate", "params": map[string]any{"expression": expression, "returnByValue": true}})
	if err != nil {
		t.Fatal(err)
	}
	err = i.conn.WriteJSON(map[string]any{"id": i.last, "method": "Target.sendMessageToTarget", "params": map[string]any{"targetId": i.target, "message": string(inner)}})
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := i.read()
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			ID     int `json:"id"`
			Result struct {
				Result struct {
					Value       any    `json:"value"`
					Description string `json:"description"`
				} `json:"result"`
				WasThrown bool `json:"wasThrown"`
			} `json:"result"`
		}
		if m.Method != "Target.dispatchMessageFromTarget" || json.Unmarshal([]byte(m.Params.Message), &answer) != nil || answer.ID != i.last {
			continue
		}
		if answer.Result.WasThrown {
			t.Fatalf("the page threw %s at %s", answer.Result.Result.Description, expression)
		}
		return fmt.Sprint(answer.Result.Result.Value)
	}
}

// until evaluates again until good says yes.
func (i *inspector) until(t *testing.T, what, expression string, good func(string) bool) {
	t.Helper()
	var v string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(100 * time.Millisecond) {
		if v = i.eval(t, expression); good(v) {
			return
		}
	}
	t.Fatalf("%s: still %q", what, v)
}
