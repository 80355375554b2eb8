package app

import (
	"hash/fnv"

	"oura-streaming/internal/oura"
)

// OutlineView tells of each event only what places it in the list: a hundred
// bytes each would be too many for 100,000. The columns are of one length,
// newest first. Seqs and Seconds are the first value and then by how much each
// is lower than the one before it.
type OutlineView struct {
	Kinds   []KindView `json:"kinds"` // those that occur
	Seqs    []int64    `json:"seqs"`
	Seconds []int64    `json:"seconds"` // of receipt, Unix time
	Kind    []int      `json:"kind"`    // place in Kinds
	Objects []uint32   `json:"objects"` // FNV-1a of the document's id: the same for the same document; 0 without one
	More    bool       `json:"more"`    // older ones are stored
}

// KindView is a combination that occurs among events.
type KindView struct {
	DataType  string `json:"dataType"`
	EventType string `json:"eventType"`
	Source    string `json:"source"`
}

func outlineOf(events []oura.Event) OutlineView {
	n := len(events)
	view := OutlineView{
		Kinds: []KindView{}, Seqs: make([]int64, n), Seconds: make([]int64, n), Kind: make([]int, n), Objects: make([]uint32, n),
	}
	places := map[KindView]int{}
	var seq, second int64
	for i, ev := range events {
		kind := KindView{DataType: string(ev.DataType), EventType: string(ev.EventType), Source: string(ev.Source)}
		place, known := places[kind]
		if !known {
			place = len(view.Kinds)
			places[kind] = place
			view.Kinds = append(view.Kinds, kind)
		}
		at := ev.ReceivedAt.Unix()
		view.Seqs[i], view.Seconds[i] = ev.Seq, at
		if i > 0 {
			view.Seqs[i], view.Seconds[i] = seq-ev.Seq, second-at
		}
		seq, second = ev.Seq, at
		view.Kind[i], view.Objects[i] = place, objectHash(ev.ObjectID)
	}
	return view
}

func objectHash(id string) uint32 {
	if id == "" {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash never fails
	return max(1, h.Sum32())
}
