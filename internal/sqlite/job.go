package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// JobKind tells who wants the history.
type JobKind string

// The kinds of jobs.
const (
	JobHistory JobKind = "history" // the program, of an account just connected
	JobAsked   JobKind = "asked"   // the user
)

// JobState is where a job is in its life. Whether an open one reads or waits is
// not stored: it follows from what goes on.
type JobState string

// The states of a job.
const (
	JobOpen      JobState = "open"
	JobDone      JobState = "done"
	JobCancelled JobState = "cancelled"
)

// Job is a request for the history of some types, with how far it has come.
type Job struct {
	ID        int64
	UserID    string
	Kind      JobKind
	State     JobState
	From, To  oura.Day // both included; From "": on until a year holds nothing
	Types     []oura.DataType
	Next      oura.Day // last day of the cut under way, "" before the first
	EmptyDays int      // days without anything since the last day with something
	Created   time.Time
	Ended     time.Time // zero while it is open
	Parts     []Part    // of the types begun, in the order of Types
}

// AddJob stores a new job, open and created now where j does not say otherwise,
// and returns it with its number. Parts are not stored: steps make them. Code: invalid.
func (s *Store) AddJob(ctx context.Context, j Job) (Job, error) {
	const q = `
		INSERT INTO job (user_id, kind, state, from_day, to_day, types, next_day, empty_days, created_ms, ended_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	j.State, j.Parts = cmp.Or(j.State, JobOpen), nil
	if j.Created.IsZero() {
		j.Created = s.now()
	}
	j.Created, j.Ended = fromMS(ms(j.Created)), fromMS(ms(j.Ended)) // as they are read again
	if err := checkJob(j); err != nil {
		return Job{}, err
	}
	types, err := json.Marshal(j.Types)
	if err != nil {
		return Job{}, err
	}
	err = s.writer.do(ctx, func(t *tx) error {
		res, err := t.exec(q, j.UserID, string(j.Kind), string(j.State), string(j.From), string(j.To), string(types),
			string(j.Next), j.EmptyDays, ms(j.Created), ms(j.Ended))
		if err != nil {
			return err
		}
		j.ID, err = res.LastInsertId()
		return err
	})
	if err != nil {
		return Job{}, err
	}
	return j, nil
}

func checkJob(j Job) error {
	if j.UserID == "" || len(j.Types) == 0 || j.Kind != JobHistory && j.Kind != JobAsked {
		return invalid("job of kind %q for %q with %d types", j.Kind, j.UserID, len(j.Types))
	}
	switch j.State {
	case JobOpen, JobDone, JobCancelled:
	default:
		return invalid("job state %q", j.State)
	}
	for _, d := range []oura.Day{j.From, j.Next} {
		if _, err := oura.ParseDay(string(d)); d != "" && err != nil {
			return invalid("job: %w", err)
		}
	}
	if _, err := oura.ParseDay(string(j.To)); err != nil {
		return invalid("job: %w", err)
	}
	return nil
}

const jobColumns = `
	SELECT id, user_id, kind, state, from_day, to_day, types, next_day, empty_days, created_ms, ended_ms FROM job `

// Jobs returns the jobs of a user, newest first, with their parts. limit 0 means 100.
func (s *Store) Jobs(ctx context.Context, userID string, limit int) ([]Job, error) {
	const q = jobColumns + `WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2`
	const parts = partColumns + `WHERE job_id IN (SELECT id FROM job WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2)`
	jobs, err := s.jobs(ctx, q, parts, userID, pageSize(limit))
	return jobs, storageError("list jobs", err)
}

// Job returns one job with its parts. Code: not_found.
func (s *Store) Job(ctx context.Context, id int64) (Job, error) {
	const q = jobColumns + `WHERE id = ?1`
	const parts = partColumns + `WHERE job_id = ?1`
	jobs, err := s.jobs(ctx, q, parts, id)
	if err == nil && len(jobs) == 0 {
		err = notFound("job %d", id)
	}
	if err != nil {
		return Job{}, storageError("read job", err)
	}
	return jobs[0], nil
}

// jobs joins the results of two queries that take the same args.
func (s *Store) jobs(ctx context.Context, jobQuery, partQuery string, args ...any) (jobs []Job, err error) {
	err = s.readers.each(ctx, jobQuery, func(scan func(...any) error) error {
		j, err := scanJob(scan)
		jobs = append(jobs, j)
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	err = s.readers.each(ctx, partQuery, func(scan func(...any) error) error {
		id, p, err := scanPart(scan)
		if i := slices.IndexFunc(jobs, func(j Job) bool { return j.ID == id }); i >= 0 {
			jobs[i].Parts = append(jobs[i].Parts, p)
		}
		return err
	}, args...)
	for _, j := range jobs {
		slices.SortFunc(j.Parts, func(a, b Part) int {
			return slices.Index(j.Types, a.DataType) - slices.Index(j.Types, b.DataType)
		})
	}
	return jobs, err
}

func scanJob(scan func(...any) error) (j Job, err error) {
	var types []byte
	var created, ended int64
	err = scan(&j.ID, &j.UserID, &j.Kind, &j.State, &j.From, &j.To, &types, &j.Next, &j.EmptyDays, &created, &ended)
	if err == nil {
		err = json.Unmarshal(types, &j.Types)
	}
	j.Created, j.Ended = fromMS(created), fromMS(ended)
	return j, err
}

// SetJob lets change alter a job in one transaction and returns the result with
// its parts. Stored are State, From, Next, EmptyDays and Ended only. change sees
// no parts and may be called twice. Codes: not_found, invalid.
func (s *Store) SetJob(ctx context.Context, id int64, change func(*Job)) (Job, error) {
	const get = jobColumns + `WHERE id = ?`
	const set = `UPDATE job SET state = ?, from_day = ?, next_day = ?, empty_days = ?, ended_ms = ? WHERE id = ?`
	err := s.writer.do(ctx, func(t *tx) error {
		j, err := scanJob(func(dest ...any) error { return t.one(get, []any{id}, dest...) })
		if errors.Is(err, sql.ErrNoRows) {
			return notFound("job %d", id)
		} else if err != nil {
			return err
		}
		change(&j)
		if err := checkJob(j); err != nil {
			return err
		}
		_, err = t.exec(set, string(j.State), string(j.From), string(j.Next), j.EmptyDays, ms(j.Ended), id)
		return err
	})
	if err != nil {
		return Job{}, err
	}
	return s.Job(ctx, id)
}

// DeleteOldJobs deletes all ended jobs that were asked for but the newest keep of
// each user, and returns how many. Those of the history stay: they tell that it
// need not be read again.
func (s *Store) DeleteOldJobs(ctx context.Context, keep int) (n int, err error) {
	const q = `
		DELETE FROM job WHERE id IN (
			SELECT id FROM (
				SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY id DESC) AS place FROM job WHERE state <> 'open' AND kind = 'asked')
			WHERE place > ?)`
	err = s.writer.do(ctx, func(t *tx) error {
		res, err := t.exec(q, keep)
		if err != nil {
			return err
		}
		deleted, err := res.RowsAffected()
		n = int(deleted)
		return err
	})
	return n, err
}
