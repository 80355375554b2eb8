package sqlite

import "context"

// Outdated is a database of an earlier schema that nobody has open: Open is about
// to bring it up to date.
type Outdated struct{ path string }

// FindOutdated looks whether Open would change the schema of the database at path.
// It returns nil where it would not: the schema is the present one, there is none
// yet, or Open refuses the file.
func FindOutdated(ctx context.Context, path string) (*Outdated, error) {
	db, err := openLook(path, "rw", false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // nothing was written
	version, err := checkIdentity(ctx, db)
	if err != nil {
		return nil, storageError("look at schema", err)
	}
	names, err := migrationNames()
	if err != nil || version == 0 || version >= len(names) {
		return nil, err
	}
	return &Outdated{path: path}, nil
}

// CopyTo writes the whole database to the file at path, as Store.CopyTo does.
func (o *Outdated) CopyTo(ctx context.Context, path string) error { return copyFile(ctx, o.path, path) }

// SizeBytes is how much a copy takes, or a little more.
func (o *Outdated) SizeBytes(ctx context.Context) (size int64, err error) {
	db, err := openLook(o.path, "rw", false)
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }() // nothing was written
	err = db.QueryRowContext(ctx, querySize).Scan(&size)
	return size, storageError("read size", err)
}
