package tunnel

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestRefusals_EveryCodeOfTheTable(t *testing.T) {
	want := map[reaction]map[oura.Code]int{
		giveUp:     {oura.CodeTunnelToken: 5, oura.CodeTunnelRefused: 9, oura.CodeTunnelOutdated: 2, oura.CodeTunnelAddress: 10, oura.CodeInternal: 6},
		unfiltered: {oura.CodeUnavailable: 17},
		later:      {oura.CodeUnavailable: 8},
	}
	got, seen := map[reaction]map[oura.Code]int{}, map[int]bool{}
	j := judgement{redactor{testToken}, time.Minute}
	for _, r := range refusals {
		for _, code := range r.codes {
			if seen[code] {
				t.Errorf("%d stands twice", code)
			}
			seen[code] = true
			end := j.of(fmt.Errorf("authentication failed: %s", refusalText(code, "Words of the service.")))
			e, _ := errors.AsType[*oura.Error](end.err)
			if got[end.reaction] == nil {
				got[end.reaction] = map[oura.Code]int{}
			}
			got[end.reaction][e.Code]++
			if Permanent(end.err) != (end.reaction == giveUp) || len(e.Message) < 40 || !strings.HasSuffix(e.Message, fmt.Sprintf(" (ERR_NGROK_%d)", code)) || strings.Count(e.Message, "ERR_") != 1 {
				t.Errorf("%d: %v", code, e)
			}
			if strings.Contains(e.Message, "Words of the service.") != r.quote {
				t.Errorf("%d: quoted against the table: %s", code, e.Message)
			}
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counts\n%v, want\n%v", got, want)
	}
}

func TestJudge(t *testing.T) {
	j := judgement{redactor{testToken}, time.Minute}
	cases := map[string]struct {
		err  error
		want reaction
	}{
		"a lost connection passes":                        {errors.New("failed to dial: connection refused"), again},
		"a code nobody knows is tried slowly":             {errors.New("no\n\nERR_NGROK_99999"), later},
		"a code too long for a number is tried slowly":    {errors.New("ERR_NGROK_99999999999999999999999"), later},
		"a code in a link counts":                         {errors.New("no\n\nhttps://ngrok.com/docs/errors/err_ngrok_107"), giveUp},
		"the last code counts, texts may mention others":  {errors.New("unlike ERR_NGROK_107 this is\n\nERR_NGROK_108"), later},
		"a refusal without code is tried slowly":          {codeless{}, later},
		"a wrapped refusal without code is tried slowly":  {fmt.Errorf("authentication failed: %w", codeless{}), later},
		"an unsent authentication is the network's doing": {errors.New("failed to send authentication request: EOF"), again},
	}
	for name, c := range cases {
		if end := j.of(c.err); end.reaction != c.want {
			t.Errorf("%s: reaction %d, want %d", name, end.reaction, c.want)
		}
	}
}

// codeless is a refusal as the library types it.
type codeless struct{}

func (codeless) Error() string     { return "we would rather not" }
func (codeless) ErrorCode() string { return "" }

func TestPlain(t *testing.T) {
	cases := map[string]string{
		"failed to connect: authentication failed: Too  many\r\n sessions.\n\nERR_NGROK_108\r\n": "Too many sessions.",
		"Stopped.\n\nhttps://ngrok.com/docs/errors/err_ngrok_6022":                               "Stopped.",
		"\x1b[31mred\x00": "[31mred",
	}
	for in, want := range cases {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
	if got := []rune(plain(strings.Repeat("é", 500))); len(got) != longestSay+1 {
		t.Errorf("%d characters, want %d and an ellipsis", len(got), longestSay)
	}
}
