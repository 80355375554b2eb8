package config

import (
	"slices"

	"oura-streaming/internal/oura"
)

// What the user is told outside the window. Troubles that need the user are always
// told.
const (
	NotifySleep  Name = "notify_sleep"  // that last night is in, once a day
	NotifyTypes  Name = "notify_types"  // new documents of these, "" for none
	NotifyValues Name = "notify_values" // health values may be told

	NotifySlept Name = "notify_slept" // the day whose night was told last
)

// TypesOf returns a setting that lists data types.
func (c *Config) TypesOf(n Name) []oura.DataType { return split(c.Get(n)) }

// JoinTypes writes what TypesOf reads.
func JoinTypes(types []oura.DataType) string { return join(types) }

// checkTold wants types of which documents come in one by one.
func checkTold(v string, _ Hosts) error {
	for _, dt := range split(v) {
		if !slices.Contains(oura.Fetchable(), dt) {
			return invalid("There are no notifications for %q.", dt)
		}
	}
	return nil
}
