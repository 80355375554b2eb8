package collect

import "oura-streaming/internal/oura"

// Heard takes in how somebody else's look at a type ended, nil for well: what
// lasts is shown once for all of this room.
func (f *Fetcher) Heard(dt oura.DataType, err error) {
	switch oura.CodeOf(err) {
	case "":
		_, paused := f.held()
		f.troubles.over(dt, paused)
	case oura.CodeScope:
		f.troubles.scope(dt)
	case oura.CodeMembership, oura.CodeAppOutdated:
		f.troubles.membership(dt)
	case oura.CodeUnauthorized:
		f.troubles.signIn()
	case oura.CodeRateLimited:
		f.troubles.pause()
	case oura.CodeStorage:
		f.troubles.disk()
	}
}
