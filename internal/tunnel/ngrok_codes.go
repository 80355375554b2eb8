package tunnel

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"oura-streaming/internal/oura"
)

// reaction is what to do when an agent has ended.
type reaction int

const (
	again      reaction = iota // the network, or the service, in passing: anew
	giveUp                     // until the user has changed something
	unfiltered                 // anew at once, without the traffic policy
	later                      // anew in a few minutes
)

// ending is why an agent ended and what to do then.
type ending struct {
	reaction reaction
	err      error // *oura.Error, or the context's
}

// refusal is one line of the table: what the service means by some codes.
type refusal struct {
	codes    []int
	reaction reaction
	code     oura.Code
	quote    bool   // the service's own text says more than we can
	message  string // what happened, what to do; the status adds what goes on by itself
}

// refusals is all we know of the service's ERR_NGROK codes.
// Source: ngrok's error reference of August 2026.
var refusals = []refusal{
	{[]int{105, 106}, giveUp, oura.CodeTunnelToken, false,
		"What was entered as ngrok authtoken is not one. Copy the authtoken from dashboard.ngrok.com and enter it under Connection."},
	{[]int{107, 300}, giveUp, oura.CodeTunnelToken, false,
		"ngrok no longer accepts the authtoken: it was reset, revoked or belongs to another team. Copy the present one from dashboard.ngrok.com and enter it under Connection."},
	{[]int{4018}, giveUp, oura.CodeTunnelToken, false,
		"ngrok wants a verified account and its authtoken. Verify your account at dashboard.ngrok.com, copy the authtoken there and enter it under Connection."},

	{[]int{102, 337}, giveUp, oura.CodeTunnelRefused, true,
		"ngrok has suspended the account because a payment failed. Settle it at dashboard.ngrok.com, then press Check now under Connection."},
	{[]int{103, 338}, giveUp, oura.CodeTunnelRefused, true,
		"ngrok has suspended the account. Ask ngrok's support, or enter another account's authtoken under Connection."},
	{[]int{115, 116}, giveUp, oura.CodeTunnelRefused, true,
		"The ngrok account does not allow agents at this network's address. Change its IP restrictions at dashboard.ngrok.com, then press Check now under Connection."},
	{[]int{123}, giveUp, oura.CodeTunnelRefused, true,
		"ngrok waits for the e-mail address of the account to be verified. Verify it at dashboard.ngrok.com, then press Check now under Connection."},
	{[]int{9040, 15014}, giveUp, oura.CodeTunnelRefused, true,
		"ngrok refuses to open the address. See to what it says at dashboard.ngrok.com, or use an address of your own."},

	{[]int{120, 121}, giveUp, oura.CodeTunnelOutdated, false,
		"ngrok no longer serves this version of Oura Streaming. Update the app."},

	{[]int{313, 314, 9036, 9037, 9038}, giveUp, oura.CodeTunnelAddress, true,
		"The plan of the ngrok account does not include this domain. Leave the domain under Connection empty to use the account's own, or choose another."},
	{[]int{319, 15002}, giveUp, oura.CodeTunnelAddress, true,
		"The ngrok account has not reserved this domain. Reserve it at dashboard.ngrok.com, or leave the domain under Connection empty to use the account's own."},
	{[]int{320}, giveUp, oura.CodeTunnelAddress, false,
		"This domain belongs to another ngrok account. Enter that account's authtoken under Connection, or choose another domain."},
	{[]int{326}, giveUp, oura.CodeTunnelAddress, true,
		"The ngrok domain holds a character that does not belong there. Correct it under Connection."},
	{[]int{15013}, giveUp, oura.CodeTunnelAddress, false,
		"The ngrok account has no domain of its own yet. Claim the free one at dashboard.ngrok.com/domains, then press Check now under Connection."},

	{append(span(2200, 2211), 2264, 2265, 4026, 9023, 15004), unfiltered, oura.CodeUnavailable, true,
		"ngrok refuses the rules that filter requests before they reach this computer. Use a plan that takes them, or an address of your own."},

	{[]int{108, 348}, later, oura.CodeUnavailable, true,
		"The ngrok account already runs as many agents as its plan allows. End another agent at dashboard.ngrok.com."},
	{[]int{334}, later, oura.CodeUnavailable, false,
		"The ngrok address is in use by another agent, perhaps this app on another computer. End that agent at dashboard.ngrok.com, or quit the app there."},
	{[]int{324, 350, 18021}, later, oura.CodeUnavailable, true,
		"The ngrok account already has as many addresses online as its plan allows. End another one at dashboard.ngrok.com."},
	{[]int{349, 351}, later, oura.CodeUnavailable, true,
		"ngrok found too many starts in a short time. Wait some minutes."},

	{[]int{109, 111, 119, 124, 301, 335}, giveUp, oura.CodeInternal, true,
		"ngrok could not understand what Oura Streaming sent. Update the app; if that does not help, report it with the log."},
}

// unknown stands for every other refusal.
var unknown = refusal{nil, later, oura.CodeUnavailable, true,
	"ngrok does not open the tunnel. If this lasts, look at dashboard.ngrok.com, or use an address of your own."}

// permanent are the codes of refusals that last until the user does something.
var permanent = []oura.Code{
	oura.CodeTunnelToken, oura.CodeTunnelRefused, oura.CodeTunnelAddress, oura.CodeTunnelOutdated, oura.CodeInternal,
}

// Permanent reports whether no later try can succeed before the user changes
// something.
func Permanent(err error) bool {
	e, ok := errors.AsType[*oura.Error](err)
	return ok && slices.Contains(permanent, e.Code)
}

// judgement turns errors of the agent into endings, without the authtoken.
type judgement struct {
	redact redactor
	slow   time.Duration // pause before the next try after a refusal that may pass
}

// of sorts one error. What is no refusal is the network's doing.
func (j judgement) of(err error) ending {
	r, number, refused := refusalOf(err)
	cause := errors.New(j.redact.text(err.Error())) // the error itself holds the authtoken
	if !refused {
		return ending{again, &oura.Error{Code: oura.CodeUnavailable, Err: cause,
			Message: "There is no connection to ngrok. Check the network and any firewall."}}
	}
	e := &oura.Error{Code: r.code, Message: r.message, Err: cause}
	if text := plain(cause.Error()); r.quote && text != "" {
		e.Message += " ngrok says: " + text
	}
	if number != "" {
		e.Message += " (" + codePrefix + number + ")"
	}
	if r.reaction == later {
		e.RetryAfter = j.slow
	}
	return ending{r.reaction, e}
}

const (
	longestSay = 300 // characters of the service's text that a person reads
	codePrefix = "ERR_NGROK_"
)

var (
	codeForm  = regexp.MustCompile(`(?i)ERR_NGROK_(\d+)`)
	codeLine  = regexp.MustCompile(`(?i)(https?://\S*)?ERR_NGROK_\d+`)
	ownPrefix = regexp.MustCompile(`^(failed to \w+( \w+)*|authentication failed): `)
)

// refusalOf looks a refusal up, with the number of its code, "" without a
// proper one. A refusal ends with its code; inside events only the text tells
// it, for the library hides the type there.
func refusalOf(err error) (r refusal, number string, refused bool) {
	if all := codeForm.FindAllStringSubmatch(err.Error(), -1); all != nil {
		number = all[len(all)-1][1]
		code, wrong := strconv.Atoi(number)
		if wrong != nil || len(number) > len("00000") {
			return unknown, "", true
		}
		for _, r := range refusals {
			if slices.Contains(r.codes, code) {
				return r, number, true
			}
		}
		return unknown, number, true
	}
	_, returned := errors.AsType[interface {
		error
		Code() string
	}](err)
	_, told := errors.AsType[interface {
		error
		ErrorCode() string
	}](err)
	return unknown, "", returned || told
}

// plain makes one line for people of the service's text.
func plain(text string) string {
	for ownPrefix.MatchString(text) {
		text = ownPrefix.ReplaceAllString(text, "")
	}
	text = codeLine.ReplaceAllString(text, "")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if short := []rune(text); len(short) > longestSay {
		text = string(short[:longestSay]) + "…"
	}
	return text
}

// span lists from…to.
func span(from, to int) []int {
	var out []int
	for n := from; n <= to; n++ {
		out = append(out, n)
	}
	return out
}
