package ourasim

import (
	"slices"
	"sync"
	"time"
)

// RefreshMode tells what a refresh token does when it is sent a second time.
type RefreshMode string

// Strict refuses; grace answers a fresh pair for GracePeriod after the first
// use; family refuses and ends every token of that sign-in.
const (
	RefreshStrict RefreshMode = "strict"
	RefreshGrace  RefreshMode = "grace"
	RefreshFamily RefreshMode = "family"
)

// ScopeStyle tells how the token answer spells the granted scopes.
type ScopeStyle string

// Auto is bare at the classic endpoint and "extapi:" at the new one.
const (
	ScopesAuto     ScopeStyle = "auto"
	ScopesBare     ScopeStyle = "bare"
	ScopesPrefixed ScopeStyle = "prefixed"
	ScopesAbsent   ScopeStyle = "absent"
)

// BareScopes tells what the new authorize page does with names that lack
// "extapi:". Reports differ.
type BareScopes string

// Take reads them, ignore grants nothing for them, refuse answers invalid_scope.
const (
	BareTake   BareScopes = "take"
	BareIgnore BareScopes = "ignore"
	BareRefuse BareScopes = "refuse"
)

// Paging tells how next_token behaves.
type Paging string

// Loop answers the same page and token for ever; expired refuses every token.
const (
	PagingNormal  Paging = "normal"
	PagingLoop    Paging = "loop"
	PagingExpired Paging = "expired"
)

// Switches are the behaviours that can change while the cloud runs. Durations
// are nanoseconds in JSON.
type Switches struct {
	// Sign-in.
	ClassicTokenRefuses bool          `json:"classic_token_refuses"` // 401 on a code, 400 on a refresh
	AuthorizeMovesOn    bool          `json:"authorize_moves_on"`    // the classic page sends the browser to the new one
	CallbackScope       bool          `json:"callback_scope"`        // the callback names the granted scopes
	TokenScope          ScopeStyle    `json:"token_scope"`
	BareAtNew           BareScopes    `json:"bare_at_new"`
	PKCEIgnored         bool          `json:"pkce_ignored"`
	RefreshMode         RefreshMode   `json:"refresh_mode"`
	GracePeriod         time.Duration `json:"grace_period_ns"`
	CodeLife            time.Duration `json:"code_life_ns"`
	ExpiresIn           time.Duration `json:"expires_in_ns"` // whole seconds
	OmitExpiresIn       bool          `json:"omit_expires_in"`

	// REST.
	MembershipLapsed  bool          `json:"membership_lapsed"`   // 403 for all but personal_info
	StressNeedsStress bool          `json:"stress_needs_stress"` // daily_stress no longer opens with "daily"
	MissingPaths      []string      `json:"missing_paths"`       // collections that answer 404
	DocumentPageSize  int           `json:"document_page_size"`
	SeriesPageSize    int           `json:"series_page_size"`
	SeriesEndOpen     bool          `json:"series_end_open"` // end_datetime excluded
	OmitNullNextToken bool          `json:"omit_null_next_token"`
	Paging            Paging        `json:"paging"`
	InvertedRange     int           `json:"inverted_range_status"` // start after end
	TokenLimit        int           `json:"token_limit"`           // requests per LimitWindow and token, 0: none
	AppLimit          int           `json:"app_limit"`             // the same for the whole application
	LimitWindow       time.Duration `json:"limit_window_ns"`

	// Subscriptions.
	WrongClientStatus   int           `json:"wrong_client_status"`
	HandshakeFailStatus int           `json:"handshake_fail_status"` // 400, 500 or 504
	HandshakeDeadline   time.Duration `json:"handshake_deadline_ns"`
	LateHandshake       bool          `json:"late_handshake"` // POST answers 504, the handshake comes later
	LateHandshakeDelay  time.Duration `json:"late_handshake_delay_ns"`
	LateUnlisted        bool          `json:"late_unlisted"`         // until the late handshake the list does not show it
	DuplicatePairStatus int           `json:"duplicate_pair_status"` // 0 allows a second subscription per pair
	SubscriptionLife    time.Duration `json:"subscription_life_ns"`
	ExpiredVanish       bool          `json:"expired_vanish"` // expired ones leave the list
	NotFoundOnUnknown   bool          `json:"not_found_on_unknown"`
	RefusedTypes        []string      `json:"refused_types"` // data types that answer 422, those in place stay

	// Deliveries.
	StampSeconds     bool          `json:"stamp_seconds"`
	SpacedJSON       bool          `json:"spaced_json"`
	ExtraFields      bool          `json:"extra_fields"`
	RestampRetries   bool          `json:"restamp_retries"`
	DeliveryDeadline time.Duration `json:"delivery_deadline_ns"`
	Retries          int           `json:"retries"`
	RetrySpacing     time.Duration `json:"retry_spacing_ns"`
	Duplicates       int           `json:"duplicates"` // extra copies of every delivery
	Silent           bool          `json:"silent"`     // changes are no longer announced
}

// DefaultSwitches is Oura's cloud as the contract reads it.
func DefaultSwitches() Switches {
	return Switches{
		TokenScope: ScopesAuto, BareAtNew: BareTake, RefreshMode: RefreshStrict,
		GracePeriod: 5 * time.Minute, CodeLife: 10 * time.Minute, ExpiresIn: 2_591_999 * time.Second,

		DocumentPageSize: 5000, SeriesPageSize: 1000, Paging: PagingNormal, InvertedRange: 400,
		TokenLimit: 5000, LimitWindow: 300 * time.Second,

		WrongClientStatus: 401, HandshakeFailStatus: 400, HandshakeDeadline: 10 * time.Second,
		LateHandshakeDelay: time.Second, DuplicatePairStatus: 409, SubscriptionLife: 90 * 24 * time.Hour,

		DeliveryDeadline: 10 * time.Second, Retries: 10, RetrySpacing: 6 * time.Minute,
	}
}

func (s Switches) clone() Switches {
	s.MissingPaths = slices.Clone(s.MissingPaths)
	s.RefusedTypes = slices.Clone(s.RefusedTypes)
	return s
}

type switchboard struct {
	mu  sync.Mutex
	now Switches // guarded by mu
}

func (b *switchboard) get() Switches {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now.clone()
}

func (b *switchboard) change(f func(*Switches)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.now)
}

// Switches returns the behaviours as they stand.
func (s *Sim) Switches() Switches { return s.sw.get() }

// Change alters behaviours; what is under way keeps the old ones. f must not
// call the simulator.
func (s *Sim) Change(f func(*Switches)) { s.sw.change(f) }
