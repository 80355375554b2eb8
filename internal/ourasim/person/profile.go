package person

import "encoding/json"

type profileBody struct {
	ID            string  `json:"id"`
	Age           int     `json:"age"`
	Weight        float64 `json:"weight"` // kg
	Height        float64 `json:"height"` // m
	BiologicalSex string  `json:"biological_sex"`
	Email         string  `json:"email"`
}

const birthYear = 1990

// Profile returns personal_info with all its fields; which of them a token may
// see is for the caller to cut.
func (p *Person) Profile() json.RawMessage {
	return encode(profileBody{p.id, p.to.Year() - birthYear, weightKG, 1.71, "female", "robin.sample@example.com"})
}
