package restapi

import "testing"

func TestEvents_SearchPagesReachTheEnd(t *testing.T) {
	s, h := newStore(t)
	fill(t, s)
	for query, count := range map[string]int{
		"q=DOC-25&limit=3":                        8, // doc-25 and doc-250 to doc-256
		"q=doc-2&data_type=tag&limit=3&order=asc": 24,
		"q=c-2&data_type=tag&limit=5":             24,
		"q=workout&limit=40":                      86,
		"q=nowhere":                               0,
		"q=%25":                                   0, // no wildcard
		"q=%22score%22:13,":                       0,
		"q=%22score%22:13%7D":                     1,
	} {
		t.Run(query, func(t *testing.T) { wantPages(t, h, query, count) })
	}
}
