package sqlite

import (
	"database/sql"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// book is what is known about the days of a range, by place in days.
type book struct {
	days    []oura.Day
	place   map[oura.Day]int
	settled []int64 // from when on an answer about the day is final, unix ms
	rows    map[oura.DataType][]cell
	whole   map[oura.DataType]page // the newest requests, whatever the days
	idle    map[int]bool           // activity is there and shows no wear
	first   oura.Day               // of which anything is stored, "": none
}

// cell is what is known about one type on one day.
type cell struct {
	page
	count int
}

// page is a row of coverage. Its outcome is "" where nobody asked.
type page struct {
	askedMS int64
	outcome AskOutcome
	reason  string
}

func newBook(days []oura.Day) *book {
	b := &book{
		days: days, place: make(map[oura.Day]int, len(days)), settled: make([]int64, len(days)),
		rows: map[oura.DataType][]cell{}, whole: map[oura.DataType]page{}, idle: map[int]bool{},
	}
	for i, day := range days {
		b.place[day] = i
		begin, _ := time.Parse(time.DateOnly, string(day)) // made by daysBetween
		b.settled[i] = begin.AddDate(0, 0, 1).Add(settleTime).UnixMilli()
	}
	return b
}

// row returns the cells of a type.
func (b *book) row(dt oura.DataType) []cell {
	row := b.rows[dt]
	if row == nil {
		row = make([]cell, len(b.days))
		b.rows[dt] = row
	}
	return row
}

// cell finds a cell by its names as read, nil when the day is none of the range.
func (b *book) cell(dt, day sql.RawBytes) *cell {
	i, ok := b.place[oura.Day(day)]
	if !ok {
		return nil
	}
	row := b.rows[oura.DataType(dt)] // without a copy of the name
	if row == nil {
		row = b.row(oura.DataType(dt))
	}
	return &row[i]
}

func (b *book) count(scan func(...any) error) error {
	var dt, day sql.RawBytes
	var n int
	err := scan(&dt, &day, &n)
	if c := b.cell(dt, day); c != nil {
		c.count = n
	}
	return err
}

func (b *book) counted(dt oura.DataType, i int) int { return b.row(dt)[i].count }

func (b *book) anyOf(i int, types []oura.DataType) bool {
	return slices.ContainsFunc(types, func(dt oura.DataType) bool { return b.counted(dt, i) > 0 })
}

// wanted reports whether the type was answered at any time, for any day.
func (b *book) wanted(dt oura.DataType) bool { return b.whole[dt].askedMS > 0 }
