package restapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// BackupKeeper makes and lists copies of the database. Bringing one back is left
// to the window.
type BackupKeeper interface {
	Backups(ctx context.Context) ([]BackupView, error) // newest first
	BackUp(ctx context.Context) (BackupView, error)
}

// BackupView is one copy.
type BackupView struct {
	Name      string
	MadeAt    time.Time
	SizeBytes int64
	Reason    string
	Verified  bool
}

// Backup is a copy of the database in the folder backups.
type Backup struct {
	Name      string `json:"name" doc:"Of the file in the folder backups of the data folder."`
	MadeAt    string `json:"made_at" format:"date-time"`
	SizeBytes int64  `json:"size_bytes"`
	Reason    string `json:"reason" doc:"daily, weekly (a daily one kept for its week), by_hand, before_deletion or before_update (of the database by a newer version)."`
	Verified  bool   `json:"verified" doc:"It was looked through after it was made, and its size is still the same."`
}

type backupsOutput struct {
	Body []Backup `nullable:"false"`
}

func registerBackups(api huma.API, s *service) {
	huma.Register(api, admin(operation(api, http.MethodGet, "/backups", "listBackups", "Copies of the database, newest first")), s.listBackups)
	op := admin(operation(api, http.MethodPost, "/backups", "backUp", "Copy the database now; answers when the copy is made and looked through"))
	op.DefaultStatus = http.StatusCreated
	huma.Register(api, op, s.backUp)
}

func (s *service) listBackups(ctx context.Context, _ *struct{}) (*backupsOutput, error) {
	rows, err := s.Backups.Backups(ctx)
	if err != nil {
		return nil, s.fail(ctx, "list backups", err)
	}
	out := &backupsOutput{Body: make([]Backup, len(rows))}
	for i, b := range rows {
		out.Body[i] = backupOf(b)
	}
	return out, nil
}

func (s *service) backUp(ctx context.Context, _ *longInput) (*body[Backup], error) {
	made, err := s.Backups.BackUp(ctx)
	if err != nil {
		return nil, s.fail(ctx, "back up", err)
	}
	return &body[Backup]{backupOf(made)}, nil
}

func backupOf(b BackupView) Backup {
	return Backup{Name: b.Name, MadeAt: stamp(b.MadeAt), SizeBytes: b.SizeBytes, Reason: b.Reason, Verified: b.Verified}
}
