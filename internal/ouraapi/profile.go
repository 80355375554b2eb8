package ouraapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"oura-streaming/internal/oura"
)

// Profile returns personal_info for an access token that is not stored yet: it
// is how a sign-in learns whose it is. A refused token is not replaced here.
func (c *Client) Profile(ctx context.Context, access oura.Secret) (oura.Profile, error) {
	k := call{method: http.MethodGet, path: collectionRoot + "personal_info", name: "GET personal_info"}
	ans, err := c.exchange(ctx, k, bearer(access))
	if err != nil {
		return oura.Profile{}, err
	}
	if err := ans.err(); err != nil {
		return oura.Profile{}, err
	}
	raw, err := ans.object()
	if err != nil {
		return oura.Profile{}, err
	}
	var p struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(raw, &p); err != nil || p.ID == "" {
		return oura.Profile{}, ans.unparsable(errors.Join(errors.New("personal_info without id"), err))
	}
	return oura.Profile{ID: p.ID, Raw: raw}, nil
}
