package ouraapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// cloud is a simulator with rows in it and a client that has signed in.
type cloud struct {
	*ourasim.Sim
	client *Client
}

func newCloud(t *testing.T, sw func(*ourasim.Switches), rows ...ourasim.Row) cloud {
	t.Helper()
	const redirect = "test://back"
	s, err := ourasim.Start(ourasim.Options{RedirectURIs: []string{redirect}, Now: func() time.Time { return noon.AddDate(1, 0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddRows(oura.HeartRate, rows...)
	if sw != nil {
		s.Change(sw)
	}
	id, secret := s.Client()
	back, err := ourasim.Approve(t.Context(), s.Hosts().Authorize+"?"+url.Values{
		"response_type": {"code"}, "client_id": {id}, "redirect_uri": {redirect}, "state": {"s"}, "scope": {"heartrate ring_configuration"},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.PostForm(s.Hosts().Token, url.Values{
		"grant_type": {"authorization_code"}, "code": {u.Query().Get("code")}, "redirect_uri": {redirect},
		"client_id": {id}, "client_secret": {secret.Reveal()},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var token struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&token); err != nil || token.Access == "" {
		t.Fatalf("token: %s, %v", res.Status, err)
	}
	return cloud{s, New(Options{BaseURL: s.URL(), Tokens: fixedToken{&fakeTokens{}, oura.Secret(token.Access)}})}
}

// fixedToken always gives the same token.
type fixedToken struct {
	*fakeTokens
	token oura.Secret
}

func (f fixedToken) Token(ctx context.Context) (oura.Secret, error) { return f.token, ctx.Err() }

// beats makes rows with the given spacing; bpm tells them apart.
func beats(from time.Time, n int, every time.Duration) (rows []ourasim.Row) {
	for i := range n {
		rows = append(rows, beatAt(from.Add(time.Duration(i)*every), 40+i%150, "awake"))
	}
	return rows
}

func beatAt(at time.Time, bpm int, source string) ourasim.Row {
	return ourasim.Row{TimeMS: at.UnixMilli(), JSON: fmt.Appendf(nil, `{"timestamp":%q,"timestamp_unix":%d,"bpm":%d,"source":%q}`,
		at.Format(rowsFormat), at.UnixMilli(), bpm, source)}
}

// same compares what was read with the rows of the cloud, one by one.
func same(got []SeriesRow, want []ourasim.Row) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d rows, want %d", len(got), len(want))
	}
	for i, r := range got {
		w, err := parseRow(oura.HeartRate, want[i].JSON)
		if err != nil || !r.At.Equal(w.At) || r.Value != w.Value || r.Source != w.Source || string(r.Extra) != string(w.Extra) {
			return fmt.Errorf("row %d: %+v, want %+v, %v", i, r, w, err)
		}
	}
	return nil
}

func TestRows_AllPagesWithoutTheKeyOfTheNext(t *testing.T) {
	for _, omit := range []bool{false, true} {
		rows := beats(noon, 2500, time.Minute)
		c := newCloud(t, func(s *ourasim.Switches) { s.OmitNullNextToken = omit }, rows...)
		got, calls, err := readRows(t, c.client, oura.HeartRate, noon, noon.AddDate(0, 0, 20))
		if err == nil {
			err = same(got, rows)
		}
		if err != nil || !slices.Equal(calls, []int{999, 1000, 501}) {
			t.Errorf("next_token left out %v: calls %v, %v", omit, calls, err)
		}
	}
}

func TestRows_EdgesAreOursWhateverOuraCounts(t *testing.T) {
	rows := []ourasim.Row{
		beatAt(noon.Add(-time.Millisecond), 50, "awake"), beatAt(noon, 51, "awake"), beatAt(noon.Add(time.Hour-time.Millisecond), 52, "awake"),
		beatAt(noon.Add(time.Hour), 53, "awake"), beatAt(noon.Add(time.Hour+time.Second), 54, "awake"),
	}
	for _, open := range []bool{false, true} {
		c := newCloud(t, func(s *ourasim.Switches) { s.SeriesEndOpen = open }, rows...)
		got, _, err := readRows(t, c.client, oura.HeartRate, noon, noon.Add(time.Hour))
		if err == nil {
			err = same(got, rows[1:3])
		}
		if err != nil {
			t.Errorf("end left out %v: %v", open, err)
		}
	}
}

func TestRows_CutsLeaveNoGapAndGiveNothingTwice(t *testing.T) {
	cut := noon.Add(RowsCut)
	rows := slices.Concat(beats(noon, 60, 24*time.Hour/2), []ourasim.Row{
		beatAt(cut.Add(-time.Millisecond), 100, "rest"), beatAt(cut, 101, "rest"), beatAt(cut.Add(time.Millisecond), 102, "rest"),
	}, beats(cut.Add(time.Hour), 100, 8*time.Hour))
	for _, open := range []bool{false, true} {
		c := newCloud(t, func(s *ourasim.Switches) { s.SeriesEndOpen = open; s.SeriesPageSize = 7 }, rows...)
		got, _, err := readRows(t, c.client, oura.HeartRate, noon, noon.AddDate(0, 0, 90))
		if err == nil {
			err = same(got, rows)
		}
		if err != nil {
			t.Errorf("end left out %v: %v", open, err)
		}
	}
}

func TestRows_OneInstantComesInOneCall(t *testing.T) {
	var rows []ourasim.Row
	for i := range 30 { // one to four rows an instant
		rows = append(rows, beatAt(noon.Add(time.Duration(i/4+i/7)*time.Second), 50+i, []string{"awake", "workout"}[i%2]))
	}
	for size := 1; size <= 12; size++ {
		c := newCloud(t, func(s *ourasim.Switches) { s.SeriesPageSize = size }, rows...)
		var all []SeriesRow
		err := c.client.Rows(t.Context(), oura.HeartRate, noon, noon.Add(time.Hour), func(r []SeriesRow) error {
			if len(r) == 0 || len(all) > 0 && !all[len(all)-1].At.Before(r[0].At) {
				t.Errorf("pages of %d: a call of %d rows goes on with an instant", size, len(r))
			}
			all = append(all, r...)
			return nil
		})
		if err == nil {
			err = same(all, rows)
		}
		if err != nil {
			t.Errorf("pages of %d: %v", size, err)
		}
	}
}

func TestF34_LoopingRowsEndAndAreNotCalledComplete(t *testing.T) {
	c := newCloud(t, func(s *ourasim.Switches) { s.Paging = ourasim.PagingLoop; s.SeriesPageSize = 10 }, beats(noon, 100, time.Minute)...)
	got, _, err := readRows(t, c.client, oura.HeartRate, noon, noon.Add(24*time.Hour))
	if oura.CodeOf(err) != oura.CodeUnavailable || len(got) == 0 || c.Ledger().RequestCount() > 10 {
		t.Errorf("%d rows after %d requests, %v", len(got), c.Ledger().RequestCount(), err)
	}
}

func TestF34_ExpiredPageMarkOfRowsStartsOverOnce(t *testing.T) {
	c := newCloud(t, func(s *ourasim.Switches) { s.Paging = ourasim.PagingExpired; s.SeriesPageSize = 10 }, beats(noon, 15, time.Minute)...)
	before := c.Ledger().RequestCount()
	got, calls, err := readRows(t, c.client, oura.HeartRate, noon, noon.Add(24*time.Hour))
	if oura.CodeOf(err) != oura.CodeUnavailable || len(got) != 18 || len(calls) != 2 || c.Ledger().RequestCount()-before != 4 {
		t.Errorf("%d rows in %v, %d requests, %v", len(got), calls, c.Ledger().RequestCount()-before, err)
	}
}

func TestRows_WhatCameBeforeAFailureIsHandedOn(t *testing.T) {
	for status, code := range map[int]oura.Code{429: oura.CodeRateLimited, 500: oura.CodeUnavailable, 502: oura.CodeUnavailable, 403: oura.CodeMembership} {
		c := newCloud(t, func(s *ourasim.Switches) { s.SeriesPageSize = 10 }, beats(noon, 35, time.Minute)...)
		const path = "/v2/usercollection/heartrate"
		c.AddFaults(ourasim.Fault{Prefix: path, Times: 2, Delay: time.Microsecond}, ourasim.Fault{Prefix: path, Status: status, Times: -1})
		got, _, err := readRows(t, c.client, oura.HeartRate, noon, noon.Add(24*time.Hour))
		if oura.CodeOf(err) != code || len(got) != 19 {
			t.Errorf("%d: %d rows, %v", status, len(got), err)
		}
	}
}

func TestRows_BatteryRowsKeepWhatElseTheySay(t *testing.T) {
	c := newCloud(t, nil)
	c.AddRows(oura.RingBatteryLevel, ourasim.Row{TimeMS: noon.UnixMilli(), JSON: fmt.Appendf(nil,
		`{"timestamp":%q,"timestamp_unix":%d,"charging":null,"in_charger":true,"level":97}`, noon.Format(rowsFormat), noon.UnixMilli())})
	got, _, err := readRows(t, c.client, oura.RingBatteryLevel, noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil || len(got) != 1 || got[0].Value != 97 || !strings.Contains(string(got[0].Extra), `"charging":null,"in_charger":true`) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRowsFrom_GoesOnWhereItStopped(t *testing.T) {
	rows := beats(noon, 2500, time.Minute)
	rows[1000].TimeMS = rows[999].TimeMS // the page ends between two rows of one instant
	c := newCloud(t, nil, rows...)
	var got []SeriesRow
	var mark RowsMark
	stop := errors.New("killed")
	for pages := 0; ; pages++ {
		var next RowsMark
		err := c.client.RowsFrom(t.Context(), oura.HeartRate, noon, noon.AddDate(0, 0, 20), mark, func(page []SeriesRow, at RowsMark) error {
			got, next = append(got, page...), at
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if mark = next; mark.Page == "" {
			if pages != 2 {
				t.Errorf("%d pages after the first", pages)
			}
			break
		}
	}
	if len(got) != len(rows) {
		t.Errorf("%d rows of %d", len(got), len(rows))
	}
}
