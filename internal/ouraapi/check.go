package ouraapi

import (
	"context"
	"net/http"
	"time"
)

// CheckCall is the name of Check's request in Answer.Call.
const CheckCall = "GET personal_info without a token"

const checkLimit = 10 * time.Second

// Check asks Oura for something it refuses without a token, to learn cheaply
// whether it answers; nil means that it does, and ends a pause after failures. A
// pause that Oura asked for is kept, and is the error then. Unlike all other
// calls it takes nothing from the budget, so it is for a few calls a minute.
func (c *Client) Check(ctx context.Context) error {
	if err := c.gate.asked(); err != nil {
		return err
	}
	k := call{method: http.MethodGet, path: collectionRoot + "personal_info", name: CheckCall, limit: checkLimit}
	ans, err := c.send(ctx, k, http.Header{})
	if err != nil {
		return err
	}
	if ans.status >= http.StatusInternalServerError || ans.status == http.StatusTooManyRequests {
		return ans.refusal()
	}
	c.gate.reopen()
	return nil
}
