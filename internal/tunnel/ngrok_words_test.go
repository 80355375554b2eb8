package tunnel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// Where a trouble stands, the catalogue already tells what goes on by itself and
// what does not work until then.
func TestRefusals_SayWhatToDoAndNothingTwice(t *testing.T) {
	for _, r := range append(refusals, unknown) {
		for _, twice := range []string{"keeps trying", "tries again", "tried again", "by itself", "ntil then", "in Settings"} {
			if strings.Contains(r.message, twice) {
				t.Errorf("%v says %q: %s", r.codes, twice, r.message)
			}
		}
	}
	for _, code := range []int{108, 334} {
		r, _, _ := refusalOf(errors.New("no\n\n" + refusalText(code, "")))
		if !strings.Contains(r.message, "End ") || !strings.Contains(r.message, "at dashboard.ngrok.com") {
			t.Errorf("%d does not say how to end the other agent: %s", code, r.message)
		}
	}
}

func TestRefusals_EndWithTheCodeAndWithoutTheToken(t *testing.T) {
	j := judgement{redactor{testToken}, time.Minute}
	for text, want := range map[string]string{
		"The authtoken you specified (" + testToken + ") is no good.\r\n\r\nERR_NGROK_102\r\n": " is no good. (ERR_NGROK_102)",
		"Not today, " + testToken + ".\n\nhttps://ngrok.com/docs/errors/err_ngrok_9040":        "Not today, [redacted]. (ERR_NGROK_9040)",
		"Something new about " + testToken + ".\r\n\r\nERR_NGROK_99999\r\n":                    "[redacted]. (ERR_NGROK_99999)",
		"unlike ERR_NGROK_107 this is\n\nERR_NGROK_108":                                        " (ERR_NGROK_108)",
		"No number at all.\n\nERR_NGROK_99999999999999999999999":                               "No number at all.",
	} {
		end := j.of(fmt.Errorf("authentication failed: %s", text))
		message := oura.MessageOf(end.err)
		if !strings.HasSuffix(message, want) || strings.Contains(message, testToken) || strings.Contains(end.err.Error(), testToken) {
			t.Errorf("%q, want it to end with %q", message, want)
		}
	}
}

// The page about public addresses names each code that we know.
func TestRefusals_StandInThePage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "public-address.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[int]bool{}
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			addCodes(listed, cells[1])
		}
	}
	for _, r := range refusals {
		for _, code := range r.codes {
			if !listed[code] {
				t.Errorf("docs/public-address.md has no %d", code)
			}
		}
	}
}

// addCodes reads "105, 106, 9036 to 9038".
func addCodes(to map[int]bool, cell string) {
	for part := range strings.SplitSeq(cell, ",") {
		first, last, isSpan := strings.Cut(strings.TrimSpace(part), " to ")
		from, err := strconv.Atoi(first)
		if err != nil {
			continue
		}
		end, err := strconv.Atoi(last)
		if !isSpan || err != nil {
			end = from
		}
		for _, n := range span(from, end) {
			to[n] = true
		}
	}
}
