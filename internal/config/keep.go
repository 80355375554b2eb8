package config

import "strconv"

// How long what is stored is kept; 0 keeps all.
const (
	KeepEventsDays     Name = "keep_events_days"
	KeepEventsCount    Name = "keep_events_count"
	KeepDeliveriesDays Name = "keep_deliveries_days"
	KeepSamplesDays    Name = "keep_samples_days"
)

// The fewest of each that can be kept. What is younger is read again, looked at
// again or waited for by the program itself.
const (
	fewestEventDays    = 1
	fewestEvents       = 100
	fewestDeliveryDays = 7  // Oura repeats what it could not deliver for three days
	fewestSampleDays   = 45 // rounds read the last 30 days again and would bring them back
	mostKept           = 1_000_000_000
)

// checkKept wants 0, or a number from fewest on.
func checkKept(what string, fewest int) func(string, Hosts) error {
	return func(v string, _ Hosts) error {
		if n, err := strconv.Atoi(v); err == nil && (n == 0 || n >= fewest && n <= mostKept) {
			return nil
		}
		return invalid("%s must be a whole number from %d on, or 0 to keep all.", what, fewest)
	}
}

// Count returns a setting that is a whole number.
func (c *Config) Count(n Name) int {
	count, _ := strconv.Atoi(c.Get(n)) // checked when it came in
	return count
}
