// Package storetest says what every store must do, as one suite. A store's own
// tests run it against a fresh store per case.
package storetest

import (
	"context"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Store is what the suite needs of a store.
type Store interface {
	Secret(ctx context.Context, name string) ([]byte, bool, error)
	PutSecrets(ctx context.Context, put map[string][]byte) error
	SecretNames(ctx context.Context) ([]string, error)
	Settings(ctx context.Context) (map[string]string, error)
	PutSettings(ctx context.Context, put map[string]string) error
	Tokens(ctx context.Context) ([]sqlite.Token, error)
	AddToken(ctx context.Context, t sqlite.Token, seal func(id int64) ([]byte, error)) (sqlite.Token, error)
	RemoveToken(ctx context.Context, id int64) error
	TouchToken(ctx context.Context, id int64, at time.Time) error
	Account(ctx context.Context) (sqlite.Account, bool, error)
	SaveAccount(ctx context.Context, a sqlite.Account, secrets map[string][]byte) error
	RemoveAccount(ctx context.Context, secretsToDelete []string) error
	InsertDelivery(ctx context.Context, d sqlite.Delivery) (int64, bool, error)
	Deliveries(ctx context.Context, f sqlite.DeliveryFilter) ([]sqlite.Delivery, error)
	Delivery(ctx context.Context, id int64) (sqlite.Delivery, error)
	DueDeliveries(ctx context.Context, now time.Time, limit int) ([]sqlite.Delivery, error)
	NextDue(ctx context.Context) (time.Time, bool, error)
	RetryDelivery(ctx context.Context, id int64, tries int, next time.Time, reason string) error
	ParkDelivery(ctx context.Context, id int64, tries int, reason string) error
	UnparkDeliveries(ctx context.Context, types []oura.DataType) (int, error)
	NewestNotified(ctx context.Context, userID string, dt oura.DataType, objectID string, exceptID int64) (string, oura.Operation, bool, error)
	Apply(ctx context.Context, changes ...sqlite.Change) ([]sqlite.Applied, error)
	Events(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error)
	EventHeads(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error)
	Event(ctx context.Context, seq int64) (oura.Event, int64, error)
	LastSeq(ctx context.Context) (int64, error)
	CountEvents(ctx context.Context) (int64, error)
	Document(ctx context.Context, userID string, dt oura.DataType, id string) (oura.Document, error)
	Documents(ctx context.Context, f sqlite.DocumentFilter) ([]oura.Document, error)
	PutSamples(ctx context.Context, userID string, dt oura.DataType, source oura.Source, receivedAt time.Time, rows []sqlite.Sample) (sqlite.PutResult, error)
	Samples(ctx context.Context, userID string, dt oura.DataType, from, to time.Time, after *sqlite.Sample, limit int) ([]sqlite.Sample, error)
	SampleBuckets(ctx context.Context, userID string, dt oura.DataType, from, to time.Time, width time.Duration) ([]sqlite.Bucket, error)
	NewestSample(ctx context.Context, userID string, dt oura.DataType) (time.Time, bool, error)
	NoteAsked(ctx context.Context, asked ...sqlite.Asked) error
	LastAsked(ctx context.Context, userID string) (map[oura.DataType]time.Time, error)
	Coverage(ctx context.Context, userID string, types []oura.DataType, from, to, today oura.Day) ([]sqlite.CoverageDay, error)
	Freshness(ctx context.Context, userID string) (map[oura.DataType]sqlite.Newest, error)
	FirstDay(ctx context.Context, userID string) (oura.Day, error)
	AddJob(ctx context.Context, j sqlite.Job) (sqlite.Job, error)
	Jobs(ctx context.Context, userID string, limit int) ([]sqlite.Job, error)
	Job(ctx context.Context, id int64) (sqlite.Job, error)
	SetJob(ctx context.Context, id int64, change func(*sqlite.Job)) (sqlite.Job, error)
	DeleteOldJobs(ctx context.Context, keep int) (int, error)
	TakeStep(ctx context.Context, st sqlite.Step) (sqlite.StepDone, error)
	ReplaceSubscriptions(ctx context.Context, rows []sqlite.SubscriptionRow) error
	Subscriptions(ctx context.Context) ([]sqlite.SubscriptionRow, error)
	Pruner
}

// Run runs the whole suite. open returns a fresh, empty store that ends with the
// test it is given.
func Run(t *testing.T, open func(t testing.TB) Store) {
	cases := []struct {
		name string
		run  func(t *testing.T, s Store)
	}{
		{"secrets are kept, replaced and deleted by name", testSecrets},
		{"settings are JSON by name", testSettings},
		{"tokens come and go with their secrets", testTokens},
		{"a token is stored whole or not at all", testBadTokens},
		{"an account comes and goes with its secrets", testAccount},
		{"deliveries are listed newest first, in pages", testDeliveryPages},
		{"the queue gives what is due, longest waiting first", testQueue},
		{"the newest notification is by event time", testNewestNotified},
		{"a change makes a document, an event and a result", testApply},
		{"a delete leaves a tombstone that can live again", testTombstone},
		{"an answer to an older request is stale", testStale},
		{"what has no document keeps the notification", testNotice},
		{"changes are applied all or not at all", testApplyAtomic},
		{"documents are listed by day, in pages", testDocumentPages},
		{"subscriptions are replaced as a whole", testSubscriptions},
		{"samples are known by instant and source", testSamples},
		{"an answer about a key replaces what was stored of it", testSampleKeys},
		{"samples are read in pages", testSamplePages},
		{"samples that cannot be stored spoil the whole answer", testBadSamples},
		{"samples follow the model", func(t *testing.T, _ Store) { testSampleModel(t, open) }},
		{"coverage is what was asked, answered and stored", testCoverage},
		{"requests are noted by the newest", testAsked},
		{"coverage follows the model", func(t *testing.T, _ Store) { testCoverageModel(t, open) }},
		{"the newest of each type is known, and the first day", testFreshness},
		{"jobs are kept and changed", testJobs},
		{"jobs that make no sense are refused", testBadJobs},
		{"of ended jobs the newest stay", testOldJobs},
		{"a step stores documents with where to go on", testDocumentSteps},
		{"a window of steps makes one event", testSampleSteps},
		{"a step is all or nothing", testStepsAtomic},
		{"all events can go, and new ones come", testPruneAll},
		{"samples go by UTC date", testPruneSamples},
		{"deliveries go, but what waits, the newest and the keys", testPruneDeliveries},
		{"events follow the model whatever the filter", func(t *testing.T, _ Store) { testModel(t, open) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

var day0 = time.Date(2025, 11, 22, 6, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
