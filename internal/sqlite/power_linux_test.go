package sqlite

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

const syncCommits = 100

// TestF02_Child is no test: it is the process whose system calls the next one
// reads. It says of each delivery when it may be answered.
func TestF02_Child(t *testing.T) {
	path := os.Getenv("SQLITE_TEST_DB")
	if path == "" {
		t.Skip("only of use to TestF02_EveryAnswerWaitsForASync")
	}
	s := openAt(t, path)
	for n := range syncCommits {
		if _, _, err := s.InsertDelivery(t.Context(), testDelivery(n)); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("stored %d\n", n)
	}
}

// TestF02_EveryAnswerWaitsForASync reads the system calls of a process that stores
// one delivery after the other: before it says of each that it is stored, the
// system has confirmed a sync of the WAL.
func TestF02_EveryAnswerWaitsForASync(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "oura_streaming.db")
	answers, unsynced, sinceAnswer, synced := 0, 0, 0, 0
	wal := map[int]bool{} // threads that are in a sync of the WAL
	trace(t, path, func(tid int, call systemCall) {
		switch {
		case call.enters && isSync(call.number):
			file, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", tid, call.args[0])) // "" is no WAL
			wal[tid] = strings.HasSuffix(file, "-wal")
		case call.leaves && wal[tid]:
			wal[tid] = false
			if call.result == 0 {
				sinceAnswer, synced = sinceAnswer+1, synced+1
			}
		case call.enters && call.number == syscall.SYS_WRITE && call.args[0] == 1 && strings.HasPrefix(call.text(tid), "stored "):
			answers++
			if sinceAnswer == 0 {
				unsynced++
			}
			sinceAnswer = 0
		}
	})
	t.Logf("%d syncs of the WAL for %d answers", synced, answers)
	if answers != syncCommits || unsynced > 0 {
		t.Errorf("%d of %d answers came before a sync of the WAL, want 0 of %d", unsynced, answers, syncCommits)
	}
}

func isSync(number uint64) bool {
	return number == syscall.SYS_FSYNC || number == syscall.SYS_FDATASYNC
}

// systemCall is one stop at the border of the kernel.
type systemCall struct {
	enters, leaves bool
	number         uint64
	args           [6]uint64
	result         int64
}

// text is the begin of what a write writes.
func (c systemCall) text(tid int) string {
	out := make([]byte, min(c.args[2], 16))
	n, err := syscall.PtracePeekData(tid, uintptr(c.args[1]), out)
	if err != nil {
		return ""
	}
	return string(out[:n])
}

// Requests and events of ptrace that package syscall does not name.
const (
	ptraceGetSyscallInfo = 0x420e
	ptraceExitKill       = 0x00100000
	stoppedAtSyscall     = syscall.SIGTRAP | 0x80
	ofThisThread         = 0x20000000 // __WNOTHREAD: nobody else's children
)

// trace runs the child on the database at path and tells of each of its system
// calls. All of it happens on one thread, for the kernel answers no other.
func trace(t *testing.T, path string, tell func(tid int, call systemCall)) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	child := exec.Command(os.Args[0], "-test.run=^TestF02_Child$")
	child.Env = append(os.Environ(), "SQLITE_TEST_DB="+path)
	child.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }() // nothing is kept there
	child.Stdout = null
	if err := child.Start(); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) {
		t.Skipf("no process may be traced here: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Process.Kill() }() // it may have ended
	main := child.Process.Pid
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(main, &status, 0, nil); err != nil || !status.Stopped() {
		t.Fatalf("the child did not stop at its start: %v, %v", status, err)
	}
	if err := syscall.PtraceSetOptions(main, syscall.PTRACE_O_TRACESYSGOOD|syscall.PTRACE_O_TRACECLONE|ptraceExitKill); err != nil {
		t.Skipf("no process may be traced here: %v", err)
	}
	for tid, signal := main, 0; ; {
		if err := syscall.PtraceSyscall(tid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
		if tid, err = syscall.Wait4(-1, &status, syscall.WALL|ofThisThread, nil); err != nil {
			t.Fatal(err)
		}
		for status.Exited() || status.Signaled() {
			if tid == main {
				if status.ExitStatus() != 0 {
					t.Fatalf("the child ended with %v", status)
				}
				return
			}
			if tid, err = syscall.Wait4(-1, &status, syscall.WALL|ofThisThread, nil); err != nil {
				t.Fatal(err)
			}
		}
		signal = 0
		switch {
		case status.StopSignal() == stoppedAtSyscall:
			call, err := callOf(tid)
			if err != nil { // before Linux 5.3
				t.Skipf("this system does not tell of its calls: %v", err)
			}
			tell(tid, call)
		case status.StopSignal() == syscall.SIGTRAP, status.StopSignal() == syscall.SIGSTOP: // a new thread
		default:
			signal = int(status.StopSignal()) // the child's own
		}
	}
}

// callOf asks the kernel at which call a thread has stopped.
func callOf(tid int) (call systemCall, err error) {
	var info struct {
		op, _, _, _ uint8
		arch        uint32
		ip, sp      uint64
		data        [8]uint64
	}
	_, _, failed := syscall.RawSyscall6(syscall.SYS_PTRACE, ptraceGetSyscallInfo, uintptr(tid), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if failed != 0 {
		return call, failed
	}
	call.enters, call.leaves = info.op == 1, info.op == 2
	if call.enters {
		call.number = info.data[0]
		copy(call.args[:], info.data[1:7])
	} else {
		call.result = int64(info.data[0])
	}
	return call, nil
}
