package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// Step is what one page of a job brought, together with where to go on. Killed
// at any moment, the program has either stored a page and does not ask for it
// again, or it has not.
type Step struct {
	JobID      int64
	UserID     string
	Part       Part     // where to go on; its counts and Fresh are the store's business
	Changes    []Change // documents, as of Apply
	Samples    []Sample // rows of a series, as of PutSamples
	ReceivedAt time.Time
	Close      bool    // the window of a series is read: its one event is due
	Asked      []Asked // days whose last page this was; the type as a whole is not noted
}

// StepDone is what became of a Step.
type StepDone struct {
	Applied []Applied // of Changes, in order
	New     int       // documents or rows
	Changed int
	Part    Part // as stored
}

// TakeStep stores a step in one transaction. The rules are those of Apply for
// documents and of PutSamples for rows, except that rows make no event by
// themselves: new and changed ones are summed up in Part.Fresh until a step with
// Close makes one event of the sum (source backfill), if there is any, and
// empties it. Of the stored part Documents, Revised and Samples are raised by
// what really was new or changed; all other fields become those of the step.
// Codes: not_found without the job, invalid.
func (s *Store) TakeStep(ctx context.Context, st Step) (StepDone, error) {
	run, err := s.prepareStep(st)
	if err != nil {
		return StepDone{}, err
	}
	var done StepDone
	err = s.writer.do(ctx, func(t *tx) (err error) {
		done, err = run.take(t)
		return err
	})
	if err != nil {
		return StepDone{}, err
	}
	return done, nil
}

// stepRun is one call of TakeStep with all that needs no transaction done.
type stepRun struct {
	Step
	store  *Store
	hashes [][]byte
	put    samplePut
	held   any // Part.Held as stored
	asked  []askedRow
}

func (s *Store) prepareStep(st Step) (r stepRun, err error) {
	r = stepRun{Step: st, store: s}
	if st.Part.DataType == "" || st.UserID == "" {
		return r, invalid("step of job %d without type or user", st.JobID)
	}
	if r.Part.At.IsZero() {
		r.Part.At = st.ReceivedAt
	}
	r.Part.At, r.Part.Begun = fromMS(ms(r.Part.At)), fromMS(ms(r.Part.Begun)) // as they are read again
	if r.hashes, err = hashChanges(st.Changes); err != nil {
		return r, err
	}
	r.put = samplePut{
		userID: st.UserID, dt: st.Part.DataType, source: oura.SourceBackfill, receivedAt: st.ReceivedAt, packer: &s.packer,
	}
	if r.put.rows, err = cleanSamples(st.Samples); err != nil {
		return r, err
	}
	if r.held, err = heldText(st.Part.Held); err != nil {
		return r, err
	}
	for i, a := range st.Asked {
		n, err := a.days()
		if err != nil {
			return r, err
		}
		for d := range n {
			r.asked = append(r.asked, askedRow{&st.Asked[i], a.From.Add(d)})
		}
	}
	return r, nil
}

func (r stepRun) take(t *tx) (done StepDone, err error) {
	if done.Part, err = r.begin(t); err != nil {
		return done, err
	}
	if err := r.documents(t, &done); err != nil {
		return done, err
	}
	if err := r.samples(t, &done); err != nil {
		return done, err
	}
	if err := noteAsked(t, r.asked); err != nil {
		return done, err
	}
	return done, putPart(t, r.JobID, done.Part, r.held)
}

// begin returns the step's part with what the stored one has counted so far.
func (r stepRun) begin(t *tx) (Part, error) {
	const job = `SELECT 1 FROM job WHERE id = ?`
	const q = partColumns + `WHERE job_id = ? AND data_type = ?`
	var one int
	if err := t.one(job, []any{r.JobID}, &one); errors.Is(err, sql.ErrNoRows) {
		return Part{}, notFound("job %d", r.JobID)
	} else if err != nil {
		return Part{}, err
	}
	_, old, err := scanPart(func(dest ...any) error { return t.one(q, []any{r.JobID, string(r.Part.DataType)}, dest...) })
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Part{}, err
	}
	p := r.Part
	p.Fresh, p.Documents, p.Revised, p.Samples = old.Fresh, old.Documents, old.Revised, old.Samples
	return p, nil
}

func (r stepRun) documents(t *tx, done *StepDone) error {
	applied, err := r.store.applyAll(t, r.Changes, r.hashes)
	if err != nil {
		return err
	}
	done.Applied = applied
	for _, a := range applied {
		switch a.Outcome {
		case OutcomeNew:
			done.New++
			done.Part.Documents++
		case OutcomeChanged, OutcomeDeleted:
			done.Changed++
			done.Part.Revised++
		}
	}
	return nil
}

func (r stepRun) samples(t *tx, done *StepDone) error {
	fresh, isNew, changed, err := r.put.merge(t)
	if err != nil {
		return err
	}
	done.New += isNew
	done.Changed += changed
	p := &done.Part
	p.Samples += isNew
	p.Revised += changed
	p.Fresh = p.Fresh.plus(fresh)
	if !r.Close || p.Fresh.Count == 0 {
		return nil
	}
	_, err = r.put.event(t, p.Fresh)
	p.Fresh = SampleSum{}
	return err
}
