package app

import (
	"context"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// letters stand for the states of a day.
var letters = map[sqlite.CoverageState]byte{
	sqlite.CoverageComplete: 'c', sqlite.CoveragePartial: 'p', sqlite.CoverageEmpty: 'e', sqlite.CoverageNotWorn: 'w',
	sqlite.CoverageNotAllowed: 'a', sqlite.CoverageFailed: 'f', sqlite.CoverageNotAsked: 'n',
}

func coverageMap(ctx context.Context, e *engine.Engine, from, to oura.Day) (CoverageMap, error) {
	out := CoverageMap{Rows: []CoverageRow{}}
	cells, err := coverage(ctx, e, nil, from, to)
	if err != nil || len(cells) == 0 {
		return out, err
	}
	out.From, out.To = string(cells[0].Day), string(cells[len(cells)-1].Day)
	var states []byte
	for i, c := range cells {
		states = append(states, letters[c.State])
		if i+1 == len(cells) || cells[i+1].DataType != c.DataType {
			out.Rows = append(out.Rows, CoverageRow{DataType: string(c.DataType), States: string(states)})
			states = states[:0]
		}
	}
	return out, nil
}

func coverageCell(ctx context.Context, e *engine.Engine, dt oura.DataType, day oura.Day) (CoverageCell, error) {
	cells, err := coverage(ctx, e, []oura.DataType{dt}, day, day)
	if err == nil && len(cells) == 0 {
		err = &oura.Error{Code: oura.CodeNotFound, Message: "Nothing is known of this type on this day."}
	}
	if err != nil {
		return CoverageCell{}, err
	}
	c := cells[0]
	return CoverageCell{
		DataType: string(c.DataType), Day: string(c.Day), State: string(c.State), Reason: c.Reason, AskedAt: instant(c.AskedAt), Count: c.Count,
	}, nil
}

// coverage reads the days up to today, of all types when none is given. Code:
// invalid.
func coverage(ctx context.Context, e *engine.Engine, types []oura.DataType, from, to oura.Day) ([]sqlite.CoverageDay, error) {
	for _, day := range []oura.Day{from, to} {
		if _, err := oura.ParseDay(string(day)); err != nil {
			return nil, &oura.Error{Code: oura.CodeInvalid, Message: "A day is written like 2026-11-22.", Err: err}
		}
	}
	st, err := accountOf(ctx, e)
	if err != nil {
		return nil, err
	}
	return e.Store().Coverage(ctx, st.UserID, types, from, to, oura.DayOf(time.Now()))
}
