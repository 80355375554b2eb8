package subscribe

import (
	"context"
	"maps"
	"slices"
	"sync"

	"oura-streaming/internal/sqlite"
)

// memory is a store for tests on fake time. It refuses work for a caller who has
// left, as a database does.
type memory struct {
	mu       sync.Mutex // guards the fields below
	rows     []sqlite.SubscriptionRow
	settings map[string]string
}

func (m *memory) Subscriptions(ctx context.Context) ([]sqlite.SubscriptionRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.rows), ctx.Err()
}

func (m *memory) ReplaceSubscriptions(ctx context.Context, rows []sqlite.SubscriptionRow) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() == nil {
		m.rows = slices.Clone(rows)
	}
	return ctx.Err()
}

func (m *memory) Settings(ctx context.Context) (map[string]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.settings), ctx.Err()
}

func (m *memory) PutSettings(ctx context.Context, put map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if m.settings == nil {
		m.settings = map[string]string{}
	}
	maps.Copy(m.settings, put)
	return nil
}
