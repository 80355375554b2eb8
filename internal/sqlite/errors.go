package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"oura-streaming/internal/oura"
)

// The sentences for the user: what happened and what to do next.
const (
	msgFull       = "The disk is full. Free some space on it; saving goes on by itself."
	msgReadOnly   = "The data folder cannot be written. Check its permissions and that the disk is not read-only."
	msgDamaged    = "The database file is damaged. Restore a backup, or move the file away and start again to fetch the data anew."
	msgLocked     = "Another program is holding the database. Close other programs that use it; saving goes on by itself."
	msgDisk       = "The disk reported an error while the database was read or written. Check the disk and its free space."
	msgCantOpen   = "The database file cannot be opened. Check that the data folder exists and belongs to you."
	msgMemory     = "The computer has too little free memory to use the database. Close other programs and try again."
	msgSlow       = "The database is busy and did not take the change in time. It is tried again by itself."
	msgLongRead   = "Reading took so long that it held up what arrives, and was given up. Ask for less at once, or try again."
	msgClosed     = "The database is closed because the program is ending."
	msgNewer      = "This data folder was written by a newer version of Oura Streaming. Install that version or a later one."
	msgOdd        = "This file is not as Oura Streaming makes its backups: something in it was added or is missing. Nothing of it was taken over; choose another backup."
	msgBadCopy    = "This backup is damaged. Nothing of it was taken over; choose another one."
	msgSampleCopy = "This backup holds sample data, nobody's own. Nothing of it was taken over; choose another one."
	msgNewerCopy  = "This backup was made by a newer version of Oura Streaming. Install that version or a later one, then bring it back."
	msgForeign    = "The database file belongs to another program. Choose another data folder."
)

var messages = map[int]string{
	lib.SQLITE_FULL:     msgFull,
	lib.SQLITE_READONLY: msgReadOnly,
	lib.SQLITE_PERM:     msgReadOnly,
	lib.SQLITE_AUTH:     msgReadOnly,
	lib.SQLITE_CANTOPEN: msgCantOpen,
	lib.SQLITE_CORRUPT:  msgDamaged,
	lib.SQLITE_NOTADB:   msgDamaged,
	lib.SQLITE_BUSY:     msgLocked,
	lib.SQLITE_LOCKED:   msgLocked,
	lib.SQLITE_PROTOCOL: msgLocked,
	lib.SQLITE_IOERR:    msgDisk,
	lib.SQLITE_NOMEM:    msgMemory,
}

// storageError gives a failure of disk, file or lock its sentence, by the
// driver's result code. Other errors keep their nature and gain the action's name.
func storageError(action string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*oura.Error](err); ok {
		return err
	}
	if text := messages[primaryCode(err)]; text != "" {
		return &oura.Error{Code: oura.CodeStorage, Message: text, Err: fmt.Errorf("%s: %w", action, err)}
	}
	return fmt.Errorf("%s: %w", action, err)
}

// IsBusy reports whether something failed only because the database was held by
// others for too long.
func IsBusy(err error) bool {
	text := oura.MessageOf(err)
	return text == msgSlow || text == msgLocked
}

// primaryCode returns the driver's result code without its extension, 0 when err
// does not come from the driver.
func primaryCode(err error) int {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

func storageSentence(message string, cause error) error {
	return &oura.Error{Code: oura.CodeStorage, Message: message, Err: cause}
}

func notFound(format string, args ...any) error {
	return &oura.Error{
		Code:    oura.CodeNotFound,
		Message: "This entry is not stored, or no longer. Look at the list again.",
		Err:     fmt.Errorf(format, args...),
	}
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
