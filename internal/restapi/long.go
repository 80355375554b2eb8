package restapi

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// longLimit is how long a call may take that copies the whole database before it
// answers.
const longLimit = time.Hour

// longInput is the input of such a call. The server's own limit is for answers
// that come at once.
type longInput struct{}

// Resolve gives the answer time; huma calls it before the handler.
func (longInput) Resolve(ctx huma.Context) []error {
	_, w := humago.Unwrap(ctx)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(longLimit)) // writers of tests have none
	return nil
}
