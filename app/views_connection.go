package app

// ConnectionView is the whole screen Connection.
type ConnectionView struct {
	Account        AccountView         `json:"account"`
	Address        AddressView         `json:"address"`
	Settings       AddressSettingsView `json:"settings"`
	Subscriptions  []SubscriptionCell  `json:"subscriptions"`
	Types          []TypeChoiceView    `json:"types"`
	Progress       ProgressView        `json:"progress"`
	Round          RoundView           `json:"round"`
	Deliveries     []DeliveryRow       `json:"deliveries"`
	MoreDeliveries bool                `json:"moreDeliveries"`
}

// AccountView is the connected Oura account.
type AccountView struct {
	Connected     bool     `json:"connected"`
	UserID        string   `json:"userId"`
	Email         string   `json:"email"`
	Scopes        []string `json:"scopes"`
	MissingScopes []string `json:"missingScopes"`
	ScopesKnown   bool     `json:"scopesKnown"`
	ConnectedAt   string   `json:"connectedAt"`
	ExpiresAt     string   `json:"expiresAt"`
	NeedsSignIn   bool     `json:"needsSignIn"`
}

// AddressView is the public address.
type AddressView struct {
	Kind          string     `json:"kind"`
	URL           string     `json:"url"`
	State         string     `json:"state"`
	Since         string     `json:"since"`
	Reason        string     `json:"reason"`
	LocalAddr     string     `json:"localAddr"`
	ProvenAt      string     `json:"provenAt"`
	LatencyMS     int64      `json:"latencyMs"`
	Account       string     `json:"account"`
	Plan          string     `json:"plan"`
	Region        string     `json:"region"`
	Notice        string     `json:"notice"`
	Unfiltered    bool       `json:"unfiltered"`
	Requests      int64      `json:"requests"`
	RequestsLimit int64      `json:"requestsLimit"`
	RequestsMonth string     `json:"requestsMonth"`
	Reach         []ReachRow `json:"reach"`
	ReachAt       string     `json:"reachAt"`
}

// ReachRow is what the public address says to one question from outside.
type ReachRow struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Status   int    `json:"status"`
	By       string `json:"by"`
	Expected bool   `json:"expected"`
	Open     bool   `json:"open"`
	What     string `json:"what"`
}

// AddressSettingsView is what the user has chosen about being reached.
type AddressSettingsView struct {
	Choice        string   `json:"choice"`
	OwnURL        string   `json:"ownUrl"`
	NgrokDomain   string   `json:"ngrokDomain"`
	NgrokTokenSet bool     `json:"ngrokTokenSet"`
	Mode          string   `json:"mode"`
	IngressPort   string   `json:"ingressPort"`
	Fixed         []string `json:"fixed"`
}

// TypeChoiceView is one data type that has webhooks.
type TypeChoiceView struct {
	DataType  string `json:"dataType"`
	Wanted    bool   `json:"wanted"`
	Allowed   bool   `json:"allowed"`
	Fetchable bool   `json:"fetchable"`
}

// RoundView is the last round over the subscriptions.
type RoundView struct {
	At      string `json:"at"`
	NextAt  string `json:"nextAt"`
	Error   string `json:"error"`
	Created int    `json:"created"`
	Moved   int    `json:"moved"`
	Renewed int    `json:"renewed"`
	Deleted int    `json:"deleted"`
	Failed  int    `json:"failed"`
}

// SubscriptionCell is one type and operation of the grid.
type SubscriptionCell struct {
	DataType    string `json:"dataType"`
	EventType   string `json:"eventType"`
	State       string `json:"state"`
	ID          string `json:"id"`
	CallbackURL string `json:"callbackUrl"`
	ExpiresAt   string `json:"expiresAt"`
	DaysLeft    int    `json:"daysLeft"`
	Reason      string `json:"reason"`
}

// ProgressView is how far a round over the subscriptions has come.
type ProgressView struct {
	Running bool   `json:"running"`
	Done    int    `json:"done"`
	Total   int    `json:"total"`
	Message string `json:"message"`
}

// DeliveryRow is one line of the inspector.
type DeliveryRow struct {
	ID         int64  `json:"id"`
	ReceivedAt string `json:"receivedAt"`
	DataType   string `json:"dataType"`
	EventType  string `json:"eventType"`
	ObjectID   string `json:"objectId"`
	Verdict    string `json:"verdict"`
	Late       bool   `json:"late"`
	LagMS      int64  `json:"lagMs"`
	Form       string `json:"form"`
	Fetch      string `json:"fetch"`
	Tries      int    `json:"tries"`
	Reason     string `json:"reason"`
	Outcome    string `json:"outcome"`
	Seq        int64  `json:"seq"`
}

// DeliveryPage is one page of the inspector, newest first.
type DeliveryPage struct {
	Rows []DeliveryRow `json:"rows"`
	More bool          `json:"more"`
}

// DeliveryDetail adds what Oura sent.
type DeliveryDetail struct {
	DeliveryRow
	Timestamp string `json:"timestamp"`
	EventTime string `json:"eventTime"`
	UserID    string `json:"userId"`
	NextTry   string `json:"nextTry"`
	Body      string `json:"body"`
	BodyCut   bool   `json:"bodyCut"`
}
