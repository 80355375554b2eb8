package subscribe

// lanes is how many requests are under way at once. Oura calls our address while
// it moves each subscription; four keep a move of all of them well under a minute
// and are far from any limit of Oura's. New subscriptions are made one after
// another, see round.post.
const lanes = 4

// each calls do for every item in turn, beginning one while fewer than its width
// are under way, and done for each result, one at a time. After an error of done
// nothing further is begun; each waits for what is under way and returns that
// error.
func each[T any](items []T, width func(T) int, do func(T) error, done func(T, error) error) error {
	type result struct {
		item T
		err  error
	}
	results := make(chan result)
	var stop error
	for busy := 0; ; {
		for stop == nil && len(items) > 0 && busy < width(items[0]) {
			item := items[0]
			items = items[1:]
			busy++
			go func() { results <- result{item, do(item)} }()
		}
		if busy == 0 {
			return stop
		}
		res := <-results
		busy--
		if err := done(res.item, res.err); stop == nil {
			stop = err
		}
	}
}
