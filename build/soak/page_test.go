//go:build soak

package soak

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// showsData starts the program once and asks its page, through the web view's own
// inspector, whether the day is there: so that the pictures of the later starts are
// pictures of data. This start does what only the first one on a folder does, too.
func showsData(t *testing.T, s *screen, binary, dir string) {
	t.Helper()
	addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	p := launch(t, homeOf(dir), []string{"DISPLAY=" + s.display, "WEBKIT_INSPECTOR_HTTP_SERVER=" + addr}, binary, "--port", "0", "--data-dir", dir)
	until(t, "the page can be inspected", func() bool { return isListed(t, addr) }) // asking before crashes the web view
	said := ""
	until(t, "the page shows a day with scores", func() bool {
		said = evaluate(t, addr, `document.querySelector("main")?.innerText ?? ""`)
		return strings.Contains(said, "Sleep score") || strings.Contains(said, "Readiness")
	})
	t.Logf("the page shows: %.200q", said)
	p.quit(t)
}

func isListed(t *testing.T, addr string) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", nil)
	done(t, err)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }() // read to its end or given up
	text, err := io.ReadAll(resp.Body)
	return err == nil && strings.Contains(string(text), "socket/1/1/")
}

type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// evaluate runs an expression in the page and returns its text, "" while there is
// none.
func evaluate(t *testing.T, addr, expression string) string {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+addr+"/socket/1/1/WebPage", nil)
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }() // asked anew
	done(t, conn.SetReadDeadline(time.Now().Add(patience)))
	for {
		var m message
		if err := conn.ReadJSON(&m); err != nil {
			return ""
		}
		switch m.Method {
		case "Target.targetCreated":
			var target struct {
				TargetInfo struct{ TargetID, Type string } `json:"targetInfo"`
			}
			done(t, json.Unmarshal(m.Params, &target))
			if target.TargetInfo.Type == "page" {
				done(t, conn.WriteJSON(question(target.TargetInfo.TargetID, expression)))
			}
		case "Target.dispatchMessageFromTarget":
			if said, ok := answer(m.Params); ok {
				return said
			}
		}
	}
}

func question(target, expression string) map[string]any {
	inner := fmt.Sprintf(`{"id":1,"method":"Runtime.evaluate","params":{"expression":%s,"returnByValue":true}}`, quoted(expression))
	return map[string]any{"id": 1, "method": "Target.sendMessageToTarget", "params": map[string]any{"targetId": target, "message": inner}}
}

func quoted(s string) string {
	text, _ := json.Marshal(s) // text always can be
	return string(text)
}

func answer(params json.RawMessage) (said string, ok bool) {
	var outer struct{ Message string }
	var inner struct {
		ID     int
		Result struct{ Result struct{ Value any } }
	}
	if json.Unmarshal(params, &outer) != nil || json.Unmarshal([]byte(outer.Message), &inner) != nil || inner.ID != 1 {
		return "", false
	}
	return fmt.Sprint(inner.Result.Result.Value), true
}
