package tunnel

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	reachTimeout = 10 * time.Second // for each question
	reachAtOnce  = 3                // questions under way
)

// Answer is what the public address said to one question from outside.
type Answer struct {
	Path     string
	Status   int    // 0: no answer
	Service  string // error code of the service that answered in our place, "" else
	Open     bool   // something is there
	Exposed  bool   // it is this program's local API, which must never be there
	Sentence string
}

// strangersPaths are asked for besides our own: what a stranger would try, and
// where the local API has its calls.
var strangersPaths = []string{"/", "/health", "/status", "/events", "/auth/callback", "/openapi.json"}

// Reach asks the public address for paths that must not lead to this program,
// and returns the answers in the order of asking. It sends no token and asks
// with GET only, so that an answer in earnest does no harm.
func Reach(ctx context.Context, client *http.Client, callbackURL string) []Answer {
	u, err := url.Parse(callbackURL)
	if err != nil {
		return nil
	}
	paths := append(slices.Clone(strangersPaths), strings.TrimSuffix(u.Path, "/")+"/x")
	paths = slices.DeleteFunc(paths, func(p string) bool { return p == u.Path })
	client = withoutRedirects(client)
	answers := make([]Answer, len(paths))
	turn := make(chan struct{}, reachAtOnce)
	var asking sync.WaitGroup
	for i, path := range paths {
		asking.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			answers[i] = reachOne(ctx, client, u.Scheme+"://"+u.Host, path)
		})
	}
	asking.Wait()
	return answers
}

func reachOne(ctx context.Context, client *http.Client, base, path string) Answer {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	a := Answer{Path: path, Sentence: "No answer came."}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return a
	}
	res, err := client.Do(req)
	if err != nil {
		return a
	}
	defer res.Body.Close()                                         //nolint:errcheck // read as far as it is of use
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxProbeBytes)) // half an answer tells as much
	a.Status, a.Service = res.StatusCode, serviceCode(res)
	a.Open = a.Status < 400
	a.Exposed = isLocalAPI(res, body)
	a.Sentence = a.explain()
	return a
}

func (a Answer) explain() string {
	switch {
	case a.Exposed:
		return "This program's local API answers here. Let the proxy forward only the path of the deliveries, to the port of the deliveries."
	case a.Open:
		return "Something else of yours answers here, not this program."
	default:
		return "Refused."
	}
}

// isLocalAPI recognises the local API by what it says to anybody.
func isLocalAPI(res *http.Response, body []byte) bool {
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		return true
	}
	var answer struct{ Status, OpenAPI string }
	return json.Unmarshal(body, &answer) == nil && (answer.Status == "healthy" || answer.OpenAPI != "")
}

// serviceCode is the error code of a tunnel service that answered in our place,
// "" for anybody else's answer.
func serviceCode(res *http.Response) string { return res.Header.Get("Ngrok-Error-Code") }
