package backup

import (
	"fmt"
	"time"
)

// What is kept. Backups made by hand stay until somebody removes them.
const (
	keepDaily    = 7
	keepWeekly   = 4
	keepDeletion = 3
	keepUpdate   = 3
	every        = 24 * time.Hour
)

// Due reports whether the daily backup should be made: a day by the wall clock
// after the last one, which sleep does not stop. One from the future counts for
// nothing: the clock was wrong then.
func (k *Keeper) Due() (bool, error) {
	all, err := k.List()
	if err != nil {
		return false, err
	}
	now := k.now()
	for _, b := range all {
		if age := now.Sub(b.MadeAt); (b.Reason == Daily || b.Reason == Weekly) && age >= -every && age < every {
			return false, nil
		}
	}
	return true, nil
}

// Prune removes what no longer has a reason to be kept and returns the names.
func (k *Keeper) Prune() (gone []string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	all, err := k.List()
	if err != nil {
		return nil, err
	}
	for _, b := range outdated(all) {
		if err := k.remove(b.Name); err != nil {
			return gone, err
		}
		gone = append(gone, b.Name)
	}
	return gone, nil
}

// outdated picks from all, newest first, those that the policy does not keep.
func outdated(all []Info) (out []Info) {
	kept := map[Reason]int{}
	most := map[Reason]int{Daily: keepDaily, Weekly: keepWeekly, BeforeDeletion: keepDeletion, BeforeUpdate: keepUpdate}
	weeks := map[string]bool{}
	for _, b := range all {
		limit, limited := most[b.Reason]
		again := b.Reason == Weekly && weeks[weekOf(b.MadeAt)]
		switch {
		case limited && kept[b.Reason] >= limit, again:
			out = append(out, b)
		default:
			kept[b.Reason]++
			weeks[weekOf(b.MadeAt)] = weeks[weekOf(b.MadeAt)] || b.Reason == Weekly
		}
	}
	return out
}

// nameWeekly says of the daily ones beyond the newest seven that they are kept for
// their week. all is sorted, newest first.
func nameWeekly(all []Info) {
	daily := 0
	for i := range all {
		if all[i].Reason != Daily {
			continue
		}
		if daily++; daily > keepDaily {
			all[i].Reason = Weekly
		}
	}
}

func weekOf(at time.Time) string {
	year, week := at.UTC().ISOWeek()
	return fmt.Sprintf("%d-%02d", year, week)
}
