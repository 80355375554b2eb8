package engine

import (
	"context"
	"time"
)

const (
	profileEvery = 24 * time.Hour
	profileAgain = time.Hour   // after it could not be read
	profileLook  = time.Minute // timers stand still while a computer sleeps
)

// serveProfile reads the person's profile once a day: age, height and weight are
// neither announced nor part of any collection.
func (e *Engine) serveProfile(ctx context.Context) error {
	var due time.Time
	var user string
	for wait(ctx, profileLook) {
		now, present := e.wall(), e.connectedUser()
		if present != user { // read at the sign-in
			user, due = present, now.Add(profileEvery)
		}
		if user == "" || e.isPaused() || now.Before(due) {
			continue
		}
		due = now.Add(profileEvery)
		if err := e.readProfile(ctx, user); err != nil {
			due = now.Add(profileAgain)
			e.log.WarnContext(ctx, "profile not read", "err", err, "retry_in", profileAgain)
		}
	}
	return ctx.Err()
}

func (e *Engine) readProfile(ctx context.Context, user string) error {
	token, err := e.auth.Token(ctx)
	if err != nil {
		return err
	}
	profile, err := e.api.Profile(ctx, token)
	if err != nil || profile.ID != user {
		return err
	}
	changed, err := e.store.SetProfile(ctx, user, profile.Raw)
	if changed {
		e.address.bell.Ring()
	}
	return err
}
