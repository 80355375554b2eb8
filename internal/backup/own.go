package backup

import (
	"path/filepath"
	"strings"
)

// OwnsCopy reports whether a file of that name in the folder with the backups was
// made here.
func OwnsCopy(name string) bool {
	_, _, isBackup := parseName(name)
	return isBackup || name == verifiedFile || strings.HasPrefix(name, tempPrefix)
}

// OwnsBeside reports whether a file of that name beside the database is kept there
// by SQLite or by this package; the database itself is one.
func (p Place) OwnsBeside(name string) bool {
	base := filepath.Base(p.Database)
	return name == base || strings.HasPrefix(name, base+"-") || name == markFile || strings.HasPrefix(name, tempPrefix)
}

// OwnsAside reports whether a file of that name was set aside here.
func (p Place) OwnsAside(name string) bool { return strings.HasPrefix(name, filepath.Base(p.Database)) }
