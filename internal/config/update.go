package config

// The look for a newer version. It is off until the user wants it: nothing goes to
// a host that the user has not chosen.
const (
	UpdateCheck Name = "update_check"
	UpdateAsked Name = "update_asked" // when, RFC 3339
	UpdateFound Name = "update_found" // the newest tag
	UpdateTold  Name = "update_told"  // the tag whose notice was put away
)
