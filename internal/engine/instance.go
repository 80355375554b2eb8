package engine

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
)

// ErrRunning says that another instance owns the data folder and has been asked
// to show itself.
var ErrRunning = errors.New("already running on this data folder")

// handOverLimit bounds each step of the talk between two instances.
const handOverLimit = 2 * time.Second

// Instance is the ownership of a data folder by this process. A second start
// finds it and hands over.
type Instance struct {
	lock *flock.Flock
	path string
	door net.Listener
	word string
	show chan struct{}
	done sync.WaitGroup
}

// greeting is the file a second start reads to find the first.
type greeting struct {
	PID  int    `json:"pid"`
	Addr string `json:"addr"`
	Word string `json:"word"`
}

// Claim takes the data folder for this process. When another process has it,
// Claim asks that one to show its window and returns ErrRunning.
func Claim(dir string) (*Instance, error) {
	abs, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{lockFile, instanceFile} {
		if err := refuseForeign(filepath.Join(abs, name)); err != nil {
			return nil, err
		}
	}
	lock := flock.New(filepath.Join(abs, lockFile), flock.SetPermissions(0o600))
	mine, err := lock.TryLock()
	if err != nil {
		return nil, folderError(abs, err)
	}
	if !mine {
		if err := askToShow(filepath.Join(abs, instanceFile)); err != nil {
			return nil, &oura.Error{
				Code:    oura.CodeStorage,
				Message: "Another Oura Streaming uses the data folder " + abs + " and does not answer. End it, or name another folder with --data-dir.",
				Err:     err,
			}
		}
		return nil, ErrRunning
	}
	i := &Instance{lock: lock, path: filepath.Join(abs, instanceFile), show: make(chan struct{}, 1), word: rand.Text()}
	if err := i.openDoor(); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return i, nil
}

// Shown tells when a second start asked this instance to come to the front.
func (i *Instance) Shown() <-chan struct{} { return i.show }

// Release gives the folder back.
func (i *Instance) Release() error {
	err := errors.Join(os.Remove(i.path), i.door.Close())
	i.done.Wait()
	return errors.Join(err, i.lock.Unlock())
}

func (i *Instance) openDoor() error {
	door, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open the door for a second start: %w", err)
	}
	text, err := json.Marshal(greeting{PID: os.Getpid(), Addr: door.Addr().String(), Word: i.word})
	if err == nil {
		err = private.Replace(i.path, text)
	}
	if err != nil {
		return errors.Join(folderError(filepath.Dir(i.path), err), door.Close())
	}
	i.door = door
	i.done.Go(i.answer)
	return nil
}

// answer serves one visitor after the other; each has to know the word from the
// file, which only this user can read.
func (i *Instance) answer() {
	for {
		conn, err := i.door.Accept()
		if err != nil {
			return // the door is closed
		}
		i.greet(conn)
	}
}

func (i *Instance) greet(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the visitor notices either way
	if err := conn.SetDeadline(time.Now().Add(handOverLimit)); err != nil {
		return
	}
	line, err := bufio.NewReaderSize(conn, 128).ReadSlice('\n')
	if err != nil || subtle.ConstantTimeCompare(line[:len(line)-1], []byte(i.word)) != 1 {
		return
	}
	select {
	case i.show <- struct{}{}:
	default: // one request is waiting already
	}
	_, _ = conn.Write([]byte("ok\n")) // a visitor who has gone needs no answer
}

// askToShow tries for handOverLimit: the other one may be about to write its
// file, or about to end.
func askToShow(path string) error {
	deadline := time.Now().Add(handOverLimit)
	for {
		err := handOver(path)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		<-time.After(50 * time.Millisecond)
	}
}

func handOver(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var g greeting
	if err := json.Unmarshal(text, &g); err != nil {
		return err
	}
	dialer := net.Dialer{Timeout: handOverLimit}
	conn, err := dialer.DialContext(context.Background(), "tcp", g.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the answer was read or will never come
	if err := conn.SetDeadline(time.Now().Add(handOverLimit)); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(conn, g.Word); err != nil {
		return err
	}
	reply, err := bufio.NewReader(conn).ReadString('\n')
	if strings.TrimSpace(reply) != "ok" {
		return fmt.Errorf("answer %q: %w", reply, err)
	}
	return nil
}
