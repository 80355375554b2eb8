package sqlite

import "context"

// Inventory is what the store is made of: numbers, and nothing of what it holds.
type Inventory struct {
	Schema     int   // version
	Bytes      int64 // of the database without its WAL
	FreeBytes  int64 // of these, not in use
	Deliveries []DeliveryCount
}

// DeliveryCount counts the deliveries of one fate.
type DeliveryCount struct {
	Verdict Verdict
	Fetch   FetchState
	Outcome string
	Count   int64
}

// Inventory counts. It looks at each delivery once.
func (s *Store) Inventory(ctx context.Context) (v Inventory, err error) {
	const sizes = `
		SELECT (SELECT user_version FROM pragma_user_version), page_size * (SELECT page_count FROM pragma_page_count),
			page_size * (SELECT freelist_count FROM pragma_freelist_count) FROM pragma_page_size`
	if err := s.readers.one(ctx, sizes, nil, &v.Schema, &v.Bytes, &v.FreeBytes); err != nil {
		return v, storageError("measure the store", err)
	}
	const fates = `SELECT verdict, fetch, outcome, count(*) FROM delivery GROUP BY verdict, fetch, outcome ORDER BY verdict, fetch, outcome`
	err = s.readers.each(ctx, fates, func(scan func(...any) error) error {
		var c DeliveryCount
		err := scan(&c.Verdict, &c.Fetch, &c.Outcome, &c.Count)
		v.Deliveries = append(v.Deliveries, c)
		return err
	})
	return v, storageError("count deliveries", err)
}
