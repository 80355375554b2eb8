package status

import (
	"cmp"
	"slices"

	"oura-streaming/internal/oura"
)

// The codes of all troubles. Where a trouble stands for one error code of
// package oura, both are spelled the same.
const (
	NotConfigured      = string(oura.CodeNotConfigured)
	ClientRejected     = string(oura.CodeClientRejected)
	ConsentDenied      = string(oura.CodeDenied)
	LoginExpired       = string(oura.CodeLoginExpired)
	RedirectMismatch   = string(oura.CodeRedirect)
	NoBrowser          = string(oura.CodeNoBrowser)
	SecretsLocked      = string(oura.CodeLocked)
	ScopeMissing       = string(oura.CodeScope)
	MembershipLapsed   = string(oura.CodeMembership)
	RateLimited        = string(oura.CodeRateLimited)
	RedirectPortTaken  = "redirect_port_taken"
	SignInNeeded       = "sign_in_needed"
	NoNetwork          = "no_network"
	CaptivePortal      = "captive_portal"
	OuraDown           = "oura_down"
	APIPortTaken       = "api_port_taken"
	DataFolder         = "data_folder"
	FolderUnsafe       = "data_folder_unsafe"
	KeyInFile          = "key_in_file"
	NoPublicAddress    = "no_public_address"
	AddressSilent      = "address_silent"
	IngressPortTaken   = "ingress_port_taken"
	LocalAPIExposed    = "local_api_exposed"
	TunnelDown         = "tunnel_down"
	TunnelUnfiltered   = "tunnel_unfiltered"
	TunnelQuota        = "tunnel_quota"
	RoundFailed        = "subscriptions_not_compared"
	TunnelToken        = string(oura.CodeTunnelToken)
	TunnelAddress      = string(oura.CodeTunnelAddress)
	TunnelOutdated     = string(oura.CodeTunnelOutdated)
	TunnelRefused      = string(oura.CodeTunnelRefused)
	SubscriptionFailed = "subscription_failed"
	WrongSignatures    = "deliveries_wrong_signature"
	ClockSkew          = "deliveries_clock_skew"
	WrongTimes         = "deliveries_wrong_time"
	WrongVerification  = "handshake_wrong_token"
	ParkedDeliveries   = "parked_deliveries"
	OddRequests        = "odd_requests"
	WebhooksQuiet      = "webhooks_quiet"
	ScopeRefused       = "scope_refused"
	SignInFailed       = "sign_in_failed"
	ExportFailed       = "export_failed"
	RetentionWaits     = "retention_waits"
	DataErased         = "data_erased"
	KeyLeft            = "key_left"
	StoreRestored      = "store_restored"
	StoreDamaged       = "store_damaged"
	StoreMissing       = "store_missing"
	StoreCut           = "store_cut"
	StoreReplaced      = "store_replaced"
	RestoreFailed      = "restore_failed"
	BackupFailed       = "backup_failed"
	DocumentsSpoilt    = "documents_spoilt"
)

var (
	signIn     = Remedy{"Sign in again", SignIn}
	setup      = Remedy{"Open setup", OpenSetup}
	connection = Remedy{"Open Connection", OpenConnection}
	openExport = Remedy{"Open Export", OpenExport}
	tryAgain   = Remedy{"Try again", Retry}
	byItself   = Remedy{}
)

// catalogue is the one table of troubles. Order does not matter: a snapshot
// sorts by severity.
var catalogue = []Trouble{
	{Code: NotConfigured, Severity: Error, Remedy: setup,
		Title: "Your Oura application is not entered yet",
		Text:  "To sign in, the program needs the client id and client secret of your application at Oura. Enter both in setup."},
	{Code: ClientRejected, Severity: Error, Remedy: setup, DependsOn: []string{NotConfigured, SecretsLocked},
		Title: "Oura does not accept the client id or secret",
		Text:  "One of them is wrong, or the application was removed at Oura. Copy both again from Oura's developer page into setup."},
	{Code: ConsentDenied, Severity: Error, Remedy: signIn,
		Title: "Access was not allowed",
		Text:  "You, or someone at Oura's page, declined the request. Sign in again and choose Allow to let the program read your data."},
	{Code: SignInFailed, Severity: Error, Remedy: signIn,
		Title: "The sign-in could not be finished",
		Text:  "Oura did not let the program in. Try to sign in again; if that does not help, check your application and your membership at Oura."},
	{Code: LoginExpired, Severity: Error, Remedy: signIn,
		Title: "The sign-in took too long",
		Text:  "A sign-in must be finished within ten minutes. Start it again."},
	{Code: RedirectPortTaken, Severity: Error, Remedy: setup,
		Title: "The sign-in cannot be received",
		Text:  "Another program uses the port that your redirect address names. Close that program, or enter a redirect address with another port in setup and at Oura."},
	{Code: RedirectMismatch, Severity: Error, Remedy: setup,
		Title: "Oura does not know the redirect address",
		Text:  "The address must stand at Oura exactly as in setup, letter for letter. Copy it from setup to your application's page at Oura."},
	{Code: NoBrowser, Severity: Warning, Remedy: setup,
		Title: "No browser could be opened",
		Text:  "Copy the sign-in address from setup and open it in a browser on this computer."},
	{Code: SignInNeeded, Severity: Error, Remedy: signIn, DependsOn: []string{NotConfigured, SecretsLocked, ClientRejected},
		Title: "Oura asks you to sign in again",
		Text:  "Oura no longer accepts the earlier sign-in. Everything stored stays readable and announcements are kept; new data is fetched once you have signed in."},
	{Code: SecretsLocked, Severity: Error, Remedy: tryAgain,
		Title: "The stored secrets cannot be unlocked",
		Text:  "The keychain is locked or its entry is missing. Unlock the keychain of this computer and try again. Nothing was overwritten."},
	{Code: KeyInFile, Severity: Info, Remedy: byItself,
		Title: "The key is kept in a file",
		Text:  "This computer offers no keychain, so the key to your secrets lies in a file only you can read. Keep that file out of backups that others can open."},
	{Code: DataFolder, Severity: Error, Remedy: tryAgain,
		Title: "The data folder cannot be written",
		Text:  "Nothing new can be stored, so deliveries are put off and Oura sends them again. Free some space or restore write access, then try again."},
	{Code: FolderUnsafe, Severity: Warning, Remedy: byItself,
		Title: "The data folder is not safe where it is",
		Text:  "A database can be damaged there: its locks do not hold between computers, and a copy made while it changes is only half of it. Make a backup, quit, start with --data-dir and a folder on a disk of this computer, sign in there, and bring the backup back."},
	{Code: NoNetwork, Severity: Warning, Remedy: byItself,
		Title: "No network",
		Text:  "Stored data stays usable. The program goes on by itself, and fills the gap, when the network is back."},
	{Code: CaptivePortal, Severity: Warning, Remedy: byItself, DependsOn: []string{NoNetwork},
		Title: "Something else answers in Oura's place",
		Text:  "The network you are in does not let the program through to Oura. If it is that of a hotel, a café or a train, open any page in your browser and sign in there; in a company, ask for api.ouraring.com to be let through. Stored data stays usable, and the program goes on by itself."},
	{Code: OuraDown, Severity: Warning, Remedy: byItself, DependsOn: []string{NoNetwork, CaptivePortal},
		Title: "Oura does not answer",
		Text:  "Oura's servers are down or cannot be reached. There is nothing to do: the program keeps trying and fetches what is missing."},
	{Code: RateLimited, Severity: Info, Remedy: byItself, DependsOn: []string{NoNetwork, CaptivePortal, OuraDown},
		Title: "Oura asked for a pause",
		Text:  "The program has sent as many requests as Oura allows for now. It waits and then goes on by itself."},
	{Code: APIPortTaken, Severity: Error, Remedy: tryAgain,
		Title: "The local port is taken",
		Text:  "Another program uses the port of the local API, so sign-in and other programs cannot reach this one. Close that program and try again, or start with another --port."},
	{Code: NoPublicAddress, Severity: Info, Remedy: connection, DependsOn: []string{NoNetwork, CaptivePortal},
		Title: "No public address",
		Text:  "The program asks Oura for changes every few minutes. Set up a public address in Connection to hear of them at once."},
	{Code: IngressPortTaken, Severity: Error, Remedy: connection,
		Title: "Deliveries cannot be received",
		Text:  "Another program uses the port to which your public address forwards. Close that program, or choose another port with OURA_INGRESS_PORT. Until then Oura cannot announce changes."},
	{Code: AddressSilent, Severity: Warning, Remedy: connection, DependsOn: []string{NoNetwork, CaptivePortal, IngressPortTaken},
		Title: "Your public address does not lead here",
		Text:  "The program asked its own public address and did not get its own answer. Check that your tunnel or proxy runs and forwards to this program. Until then Oura cannot announce changes."},
	{Code: LocalAPIExposed, Severity: Error, Remedy: connection,
		Title: "The local API can be reached from the internet",
		Text:  "Your public address leads to the local API as well as to the deliveries. It answers nobody without a token, but it must not be there. Let your proxy forward only the path of the deliveries."},
	{Code: TunnelToken, Severity: Error, Remedy: connection,
		Title: "ngrok does not accept the authtoken",
		Text:  "It is wrong or was revoked. Copy it again from dashboard.ngrok.com into Connection. Until then Oura cannot announce changes."},
	{Code: TunnelAddress, Severity: Error, Remedy: connection,
		Title: "ngrok does not give out this address",
		Text:  "The domain is not yours, or something else uses it. Correct it in Connection, or leave it empty to take the one ngrok gives you."},
	{Code: TunnelOutdated, Severity: Error, Remedy: connection,
		Title: "ngrok asks for a newer version of this program",
		Text:  "Its service no longer works with the version that is built in here. Update this program, or use an address of your own."},
	{Code: TunnelRefused, Severity: Error, Remedy: connection,
		Title: "ngrok refuses to open the address",
		Text:  "Your account or its plan does not allow it. Look at dashboard.ngrok.com, then try again, or use an address of your own."},
	{Code: TunnelDown, Severity: Warning, Remedy: connection, DependsOn: []string{NoNetwork, CaptivePortal},
		Title: "The public address is down",
		Text:  "The program keeps trying and goes on by itself. Until then Oura cannot announce changes."},
	{Code: TunnelQuota, Severity: Warning, Remedy: connection, DependsOn: []string{NoNetwork, CaptivePortal},
		Title: "Your ngrok allowance is used up",
		Text:  "ngrok turns away what Oura announces until the allowance starts anew. The program reads your data at intervals meanwhile. Raise your plan, or use an address of your own, to hear of changes at once."},
	{Code: RoundFailed, Severity: Warning, Remedy: byItself,
		DependsOn: []string{NoNetwork, OuraDown, CaptivePortal, NotConfigured, SecretsLocked, ClientRejected},
		Title:     "The subscriptions could not be checked",
		Text:      "Oura did not let the program compare its list, so a change may not be announced at once. The program tries again by itself."},
	{Code: TunnelUnfiltered, Severity: Info, Remedy: byItself,
		Title: "ngrok passes everything on",
		Text:  "Your plan takes no filter for the address, so requests of strangers reach this computer, where they are refused."},
	{Code: SubscriptionFailed, Severity: Warning, Remedy: connection,
		DependsOn: []string{NoNetwork, CaptivePortal, OuraDown, NotConfigured, SecretsLocked, ClientRejected, IngressPortTaken, AddressSilent, TunnelDown, TunnelQuota, RoundFailed, TunnelToken, TunnelAddress, TunnelOutdated, TunnelRefused},
		Title:     "Oura refused some subscriptions",
		Text:      "Changes of the types marked in Connection are not announced. The program tries again by itself."},
	{Code: WrongSignatures, Severity: Warning, Remedy: setup, DependsOn: []string{NotConfigured, SecretsLocked},
		Title: "Deliveries arrive with a wrong signature",
		Text:  "They were refused. If you changed the client secret at Oura, enter the new one in setup; if not, someone else is posting to your address and nothing needs to be done."},
	{Code: ClockSkew, Severity: Warning, Remedy: byItself,
		Title: "The clock of this computer is off",
		Text:  "It differs from Oura's by more than a minute, so deliveries may be refused as too old or too early. Turn on automatic time in the system's settings."},
	{Code: WrongTimes, Severity: Info, Remedy: byItself, DependsOn: []string{ClockSkew},
		Title: "Deliveries with times that do not fit",
		Text:  "They were sent days ago or bear a time in the future, and were refused; what they are about is read from Oura again. They were held up on the way, or somebody sends old ones a second time. Nothing needs to be done."},
	{Code: WebhooksQuiet, Severity: Warning, Remedy: connection, DependsOn: []string{NoNetwork, CaptivePortal, OuraDown, SubscriptionFailed},
		Title: "Oura does not announce every change",
		Text:  "A round over the last days found changes of which no delivery told. Nothing is missing; such rounds come more often until webhooks are reliable again. Look in Connection whether the subscriptions are complete."},
	{Code: OddRequests, Severity: Info, Remedy: byItself,
		Title: "Requests that Oura never sends",
		Text:  "Something reached your public address that was too large, packed or malformed, and was refused. Nothing of it was stored and nothing needs to be done, unless your proxy changes what it forwards."},
	{Code: WrongVerification, Severity: Warning, Remedy: connection,
		Title: "A subscription was checked with a foreign token",
		Text:  "Someone asked your public address to confirm a subscription this program did not make. If another copy of this program uses the same address, give it an address of its own."},
	{Code: ScopeMissing, Severity: Warning, Remedy: signIn, DependsOn: []string{NotConfigured, SecretsLocked, ClientRejected, SignInNeeded},
		Title: "Some data was not allowed",
		Text:  "At sign-in not every kind of data was ticked, so those types are left out; the others work. Sign in again and tick them to add them."},
	{Code: ScopeRefused, Severity: Warning, Remedy: signIn, DependsOn: []string{NotConfigured, SecretsLocked, ClientRejected, SignInNeeded, ScopeMissing},
		Title: "Oura refused some data",
		Text:  "Oura says that these kinds of data were not allowed at sign-in; the others work. Sign in again and tick them to add them."},
	{Code: MembershipLapsed, Severity: Warning, Remedy: tryAgain, DependsOn: []string{NotConfigured, SecretsLocked, ClientRejected, SignInNeeded},
		Title: "Oura asks for an active membership",
		Text:  "Oura gives out this data only with an active membership. Renew it in the Oura app, then try again; everything stored stays readable."},
	{Code: RetentionWaits, Severity: Warning, Remedy: byItself, DependsOn: []string{DataFolder},
		Title: "Old data was not deleted",
		Text:  "Your rules ask for it; the program tries again within the hour."},
	{Code: DataErased, Severity: Info, Remedy: byItself,
		Title: "All your data was deleted",
		Text:  "The program begins anew. Exports in folders of yours stay until you delete them."},
	{Code: KeyLeft, Severity: Warning, Remedy: byItself,
		Title: "The key of the deleted secrets could not be removed",
		Text:  "The keychain did not answer, or the key file could not be deleted. Nothing is left that the key opens. Delete the entry oura-streaming in your keychain by hand."},
	{Code: ExportFailed, Severity: Warning, Remedy: openExport,
		Title: "The scheduled export could not be made",
		Text:  "It is tried again every five minutes; nothing stored is affected. Check the folder in Export, or choose another one."},
	{Code: StoreDamaged, Severity: Warning, Remedy: byItself,
		Title: "The database was damaged",
		Text:  "It was set aside in the data folder, where nothing deletes it. Check the disk of this computer: damage tends to come back."},
	{Code: StoreMissing, Severity: Warning, Remedy: byItself,
		Title: "The database was missing",
		Text:  "The data folder was used before, but its database was gone or empty. Somebody or something removed it."},
	{Code: StoreCut, Severity: Warning, Remedy: byItself,
		Title: "The newest changes were lost",
		Text:  "The program was not closed properly, and the file with its newest changes (its name ends in -wal) is gone. They are fetched from Oura again."},
	{Code: StoreReplaced, Severity: Info, Remedy: byItself,
		Title: "The database is an older one",
		Text:  "Somebody put it in the place of the one that was there when the program last ended. What it lacks is fetched from Oura; sign-in and settings are those of its time."},
	{Code: StoreRestored, Severity: Info, Remedy: byItself,
		Title: "A backup was brought back",
		Text:  "What was stored before it was set aside in the data folder. Sign-in, settings and tokens stayed as they were."},
	{Code: RestoreFailed, Severity: Warning, Remedy: byItself,
		Title: "The backup could not be brought back",
		Text:  "Everything is as it was before. Try again, or choose another backup."},
	{Code: BackupFailed, Severity: Warning, Remedy: byItself,
		Title: "No backup could be made",
		Text:  "The earlier ones are untouched. The program tries again every hour."},
	{Code: DocumentsSpoilt, Severity: Warning, Remedy: byItself, DependsOn: []string{NoNetwork, OuraDown, CaptivePortal, SignInNeeded, NotConfigured, SecretsLocked},
		Title: "Stored documents have changed on the disk",
		Text:  "Their content is no longer what Oura sent. It is not shown, and is put right from the history or fetched again. Check the disk of this computer: damage tends to come back."},
	{Code: ParkedDeliveries, Severity: Warning, Remedy: connection, DependsOn: []string{NoNetwork, CaptivePortal, OuraDown, NotConfigured, SecretsLocked, SignInNeeded},
		Title: "Some announced documents could not be fetched",
		Text:  "The program tried several times and then put them aside; others are not held up. Look at them in Connection, where each can be fetched again."},
}

// Catalogue returns every trouble the program can have, without Since.
func Catalogue() []Trouble { return slices.Clone(catalogue) }

// withDefaults fills empty fields from the catalogue. A code that is not in it
// is our mistake and still has to be readable.
func (t Trouble) withDefaults() Trouble {
	def := Trouble{Title: "Something needs attention", Text: "The log has the details.", Severity: Warning}
	if i := slices.IndexFunc(catalogue, func(c Trouble) bool { return c.Code == t.Code }); i >= 0 {
		def = catalogue[i]
	}
	t.Title, t.Text = cmp.Or(t.Title, def.Title), cmp.Or(t.Text, def.Text)
	t.Severity, t.Remedy = cmp.Or(t.Severity, def.Severity), cmp.Or(t.Remedy, def.Remedy)
	if t.DependsOn == nil {
		t.DependsOn = def.DependsOn
	}
	return t
}
