package config

// Hosts are the addresses of Oura's cloud. A release build knows only the
// constants of Release; demo mode hands in the simulator's addresses.
type Hosts struct {
	API       string // REST and webhook management, without trailing slash
	Authorize string
	Token     string // classic token endpoint, tried first
	NewToken  string // the new provider's token endpoint, tried after a refusal
	Revoke    string

	// NgrokAddr (host:port) and NgrokCAFile (PEM) stand for ngrok's service and
	// the root it is proven by; "" is ngrok's own. Only test builds set them.
	NgrokAddr, NgrokCAFile string

	// LoopbackHTTP allows plain http to loopback addresses for these hosts and
	// for the user's own public URL. Only test builds and demo mode set it.
	LoopbackHTTP bool
}

// Portal is Oura's page for applications. Only the user's browser opens it.
const Portal = "https://developer.ouraring.com/applications"

// Oura returns the real hosts. Source: CONTRACT section 1.
func Oura() Hosts {
	return Hosts{
		API:       "https://api.ouraring.com",
		Authorize: "https://cloud.ouraring.com/oauth/authorize",
		Token:     "https://api.ouraring.com/oauth/token",
		NewToken:  "https://moi.ouraring.com/oauth/v2/ext/oauth-token",
		Revoke:    "https://api.ouraring.com/oauth/revoke",
	}
}
