package app

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"oura-streaming/app/notify"
	"oura-streaming/internal/oura"
)

// notifier is the system's notification service as the rest of this package sees it.
type notifier interface {
	// BeginNotify joins the service, once; answered gets the ID of what the user
	// clicked. The error says in a sentence why there will be no notifications.
	BeginNotify(answered func(id string)) error
	Notify(n notify.Notice) error
	Unnotify(id string) error
	EndNotify()
}

// notes are what the framework's notifications need: its state has no locks.
type notes struct {
	mu     sync.Mutex      // one call into the framework at a time
	labels map[string]bool // of buttons that it knows; nil before begin and after the end
}

var errNoNotifications = errors.New("notifications have not begun, or have ended")

func refusal(why string, err error) error {
	return &oura.Error{Code: oura.CodeUnavailable, Message: why, Err: err}
}

func (b *bridge) BeginNotify(answered func(id string)) error {
	if err := joinNotifications(); err != nil {
		return err
	}
	b.notes.mu.Lock()
	defer b.notes.mu.Unlock()
	err := errNoNotifications
	b.do(func(ctx context.Context) {
		runtime.OnNotificationResponse(ctx, func(r runtime.NotificationResult) {
			if r.Error == nil && isClick(r.Response.ActionIdentifier) {
				answered(r.Response.ID)
			}
		})
		if err = runtime.InitializeNotifications(ctx); err != nil {
			err = refusal("The system did not let the program show notifications.", err)
			return
		}
		if ok, asked := runtime.RequestNotificationAuthorization(ctx); asked != nil || !ok {
			err = refusal("The system does not allow this program to show notifications. Allow them in its settings.", asked)
			return
		}
		b.notes.labels = map[string]bool{}
	})
	return err
}

// Notify shows n with one button, which does what a click on n does.
func (b *bridge) Notify(n notify.Notice) error {
	b.notes.mu.Lock()
	defer b.notes.mu.Unlock()
	if b.notes.labels == nil {
		return errNoNotifications
	}
	err := errNoNotifications
	b.do(func(ctx context.Context) {
		category := "button-" + strings.ToLower(strings.ReplaceAll(n.Label, " ", "-"))
		if !b.notes.labels[category] {
			with := runtime.NotificationCategory{ID: category}
			for _, action := range actionIDs() {
				with.Actions = append(with.Actions, runtime.NotificationAction{ID: action, Title: n.Label})
			}
			if err = runtime.RegisterNotificationCategory(ctx, with); err != nil {
				return
			}
			b.notes.labels[category] = true
		}
		err = runtime.SendNotificationWithActions(ctx, runtime.NotificationOptions{
			ID: n.ID, Title: n.Title, Body: notificationBody(n.Body), CategoryID: category,
		})
	})
	return err
}

// Unnotify takes back what Notify showed.
func (b *bridge) Unnotify(id string) error {
	b.notes.mu.Lock()
	defer b.notes.mu.Unlock()
	if b.notes.labels == nil {
		return errNoNotifications
	}
	err := errNoNotifications
	b.do(func(ctx context.Context) { err = runtime.RemoveNotification(ctx, id) })
	return err
}

// farewell is how long a service that does not answer may hold up the end. Leaving
// it ends the call that waits there.
const farewell = time.Second

// EndNotify leaves the service; more than once is fine.
func (b *bridge) EndNotify() {
	for deadline := time.Now().Add(farewell); ; {
		if b.notes.mu.TryLock() {
			defer b.notes.mu.Unlock()
			if b.notes.labels == nil {
				return
			}
			b.notes.labels = nil
			break
		}
		if time.Now().After(deadline) {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	b.do(runtime.CleanupNotifications)
}
