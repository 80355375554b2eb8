package hub

import (
	"sync"
	"testing"
)

func TestHub_KeepsTheHighestNumber(t *testing.T) {
	h := New()
	for _, seq := range []int64{3, 7, 5, 7, 0, -1} {
		h.Publish(seq)
	}
	if got := h.Seq(); got != 7 {
		t.Errorf("Seq() = %d, want 7", got)
	}
}

func TestHub_MergesWakeUpsOfASlowListener(t *testing.T) {
	h := New()
	wake, stop := h.Listen()
	defer stop()
	for seq := range int64(1000) {
		h.Publish(seq + 1) // must not block although nobody reads
	}
	<-wake
	if got := h.Seq(); got != 1000 {
		t.Errorf("after the wake-up Seq() = %d, want 1000", got)
	}
	if woken(wake) {
		t.Error("a second wake-up although nothing followed the first")
	}
}

func TestHub_DoesNotWakeForAnOlderNumber(t *testing.T) {
	h := New()
	h.Publish(9)
	wake, stop := h.Listen()
	defer stop()
	h.Publish(9)
	h.Publish(4)
	if woken(wake) {
		t.Error("woken although no higher number was published")
	}
}

func TestHub_StopEndsTheWakeUpsAndMayBeRepeated(t *testing.T) {
	h := New()
	gone, stopGone := h.Listen()
	here, stopHere := h.Listen()
	defer stopHere()
	stopGone()
	stopGone()
	h.Publish(1)
	if woken(gone) {
		t.Error("a stopped listener was woken")
	}
	if !woken(here) {
		t.Error("the other listener was not woken")
	}
}

// A listener that follows "wake, then Seq" must in the end have seen the last
// number, however the publishers interleave.
func TestHub_NobodyMissesTheLastNumber(t *testing.T) {
	const publishers, listeners, numbers = 4, 8, 500
	h := New()
	var waiting, publishing sync.WaitGroup
	for range listeners {
		wake, stop := h.Listen()
		waiting.Go(func() {
			defer stop()
			for h.Seq() < publishers*numbers {
				<-wake
			}
		})
	}
	for p := range int64(publishers) {
		publishing.Go(func() {
			for n := range int64(numbers) {
				h.Publish(n*publishers + p + 1)
			}
		})
	}
	publishing.Wait()
	waiting.Wait() // hangs here if a wake-up was lost
}

func woken(wake <-chan struct{}) bool {
	select {
	case <-wake:
		return true
	default:
		return false
	}
}
