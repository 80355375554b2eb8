export namespace app {
	
	export interface AccountView {
	    connected: boolean;
	    userId: string;
	    email: string;
	    scopes: string[];
	    missingScopes: string[];
	    scopesKnown: boolean;
	    connectedAt: string;
	    expiresAt: string;
	    needsSignIn: boolean;
	}
	export interface AddressSettingsView {
	    choice: string;
	    ownUrl: string;
	    ngrokDomain: string;
	    ngrokTokenSet: boolean;
	    mode: string;
	    ingressPort: string;
	    fixed: string[];
	}
	export interface ReachRow {
	    method: string;
	    path: string;
	    status: number;
	    by: string;
	    expected: boolean;
	    open: boolean;
	    what: string;
	}
	export interface AddressView {
	    kind: string;
	    url: string;
	    state: string;
	    since: string;
	    reason: string;
	    localAddr: string;
	    provenAt: string;
	    latencyMs: number;
	    account: string;
	    plan: string;
	    region: string;
	    notice: string;
	    unfiltered: boolean;
	    requests: number;
	    requestsLimit: number;
	    requestsMonth: string;
	    reach: ReachRow[];
	    reachAt: string;
	}
	export interface BackupContents {
	    name: string;
	    madeAt: string;
	    sizeBytes: number;
	    events: number;
	    documents: number;
	    samples: number;
	    firstDay: string;
	    lastDay: string;
	    problem: string;
	}
	export interface BackupView {
	    name: string;
	    madeAt: string;
	    sizeBytes: number;
	    reason: string;
	    verified: boolean;
	}
	export interface ChangeSpan {
	    known: boolean;
	    shift: number;
	    low: number;
	    high: number;
	    delta: number;
	    needs: number;
	}
	export interface UsualView {
	    known: boolean;
	    low: number;
	    mid: number;
	    high: number;
	    days: number;
	    needs: number;
	}
	export interface FigureView {
	    id: string;
	    name: string;
	    unit: string;
	    known: boolean;
	    value: number;
	    digits: number;
	}
	export interface ChangeView {
	    figure: FigureView;
	    before: number;
	    usual: UsualView;
	}
	export interface DeliveryRow {
	    id: number;
	    receivedAt: string;
	    dataType: string;
	    eventType: string;
	    objectId: string;
	    verdict: string;
	    late: boolean;
	    lagMs: number;
	    form: string;
	    fetch: string;
	    tries: number;
	    reason: string;
	    outcome: string;
	    seq: number;
	}
	export interface RoundView {
	    at: string;
	    nextAt: string;
	    error: string;
	    created: number;
	    moved: number;
	    renewed: number;
	    deleted: number;
	    failed: number;
	}
	export interface ProgressView {
	    running: boolean;
	    done: number;
	    total: number;
	    message: string;
	}
	export interface TypeChoiceView {
	    dataType: string;
	    wanted: boolean;
	    allowed: boolean;
	    fetchable: boolean;
	}
	export interface SubscriptionCell {
	    dataType: string;
	    eventType: string;
	    state: string;
	    id: string;
	    callbackUrl: string;
	    expiresAt: string;
	    daysLeft: number;
	    reason: string;
	}
	export interface ConnectionView {
	    account: AccountView;
	    address: AddressView;
	    settings: AddressSettingsView;
	    subscriptions: SubscriptionCell[];
	    types: TypeChoiceView[];
	    progress: ProgressView;
	    round: RoundView;
	    deliveries: DeliveryRow[];
	    moreDeliveries: boolean;
	}
	export interface ContactUse {
	    name: string;
	    state: string;
	    why: string;
	}
	export interface ContactView {
	    host: string;
	    place: string;
	    lastAt: string;
	    uses: ContactUse[];
	}
	export interface ContactsView {
	    startedAt: string;
	    demo: boolean;
	    contacts: ContactView[];
	}
	export interface CountView {
	    count: number;
	    exact: boolean;
	}
	export interface CoverageCell {
	    dataType: string;
	    day: string;
	    state: string;
	    reason: string;
	    askedAt: string;
	    count: number;
	}
	export interface CoverageRow {
	    dataType: string;
	    states: string;
	}
	export interface CoverageMap {
	    from: string;
	    to: string;
	    rows: CoverageRow[];
	}
	
	export interface DataWork {
	    kind: string;
	    done: number;
	    total: number;
	    error: string;
	}
	export interface TokenView {
	    id: number;
	    name: string;
	    scope: string;
	    madeAt: string;
	    usedAt: string;
	}
	export interface RetentionRules {
	    eventsDays: number;
	    eventsCount: number;
	    deliveriesDays: number;
	    samplesDays: number;
	}
	export interface DataView {
	    dataDir: string;
	    databaseBytes: number;
	    backupsBytes: number;
	    setAsideBytes: number;
	    events: number;
	    documents: number;
	    samples: number;
	    backupsOn: boolean;
	    undoable: boolean;
	    backups: BackupView[];
	    rules: RetentionRules;
	    tokens: TokenView[];
	    environmentToken: boolean;
	    apiUrl: string;
	    exportFolder: string;
	    othersFiles: string[];
	    work: DataWork;
	}
	
	export interface WeekDayView {
	    day: string;
	    scores: FigureView[];
	}
	export interface HeartView {
	    known: boolean;
	    fromMs: number;
	    toMs: number;
	    line: LineView;
	    low: number[];
	    high: number[];
	    lowest: number;
	    highest: number;
	    waits: string;
	}
	export interface MovementView {
	    known: boolean;
	    fromMs: number;
	    toMs: number;
	    steps: FigureView;
	    figures: FigureView[];
	    runs: RunView[];
	    met: LineView;
	    waits: string;
	}
	export interface StressView {
	    known: boolean;
	    high: FigureView;
	    recovery: FigureView;
	    summary: string;
	    resilience: string;
	    waits: string;
	}
	export interface NightFigure {
	    figure: FigureView;
	    usual: UsualView;
	}
	export interface StageTotal {
	    stage: string;
	    stated: number;
	    counted5: number;
	    counted30: number;
	}
	export interface LineView {
	    unit: string;
	    stepMs: number;
	    atMs: number[];
	    values: number[];
	}
	export interface RunView {
	    class: number;
	    fromMs: number;
	    toMs: number;
	}
	export interface SleepView {
	    objectId: string;
	    day: string;
	    type: string;
	    main: boolean;
	    start: string;
	    end: string;
	    fromMs: number;
	    toMs: number;
	    stages5: RunView[];
	    stages30: RunView[];
	    movement: RunView[];
	    heartRate: LineView;
	    hrv: LineView;
	    totals: StageTotal[];
	    figures: NightFigure[];
	    receivedAt: string;
	    revisions: number;
	    hasRecovery: boolean;
	    recovery: FigureView[];
	}
	export interface ScoreView {
	    dataType: string;
	    objectId: string;
	    score: FigureView;
	    before: FigureView;
	    usual: UsualView;
	    contributors: FigureView[];
	    receivedAt: string;
	    revisions: number;
	    waits: string;
	    running: boolean;
	}
	export interface DayView {
	    day: string;
	    today: string;
	    previousDay: string;
	    nextDay: string;
	    offset: string;
	    hasData: boolean;
	    scores: ScoreView[];
	    hasNight: boolean;
	    night: SleepView;
	    body: FigureView[];
	    stress: StressView;
	    movement: MovementView;
	    heart: HeartView;
	    week: WeekDayView[];
	    changes: ChangeView[];
	    syncedAt: string;
	    ringAt: string;
	}
	export interface Deletion {
	    count: number;
	    backup: string;
	}
	export interface DeliveryDetail {
	    id: number;
	    receivedAt: string;
	    dataType: string;
	    eventType: string;
	    objectId: string;
	    verdict: string;
	    late: boolean;
	    lagMs: number;
	    form: string;
	    fetch: string;
	    tries: number;
	    reason: string;
	    outcome: string;
	    seq: number;
	    timestamp: string;
	    eventTime: string;
	    userId: string;
	    nextTry: string;
	    body: string;
	    bodyCut: boolean;
	}
	export interface DeliveryPage {
	    rows: DeliveryRow[];
	    more: boolean;
	}
	
	export interface DiagnosticsView {
	    text: string;
	}
	export interface EventDetail {
	    seq: number;
	    dataType: string;
	    eventType: string;
	    objectId: string;
	    day: string;
	    timestamp: string;
	    receivedAt: string;
	    source: string;
	    summary: string;
	    userId: string;
	    dataJson: string;
	    previousSeq: number;
	    previousJson: string;
	}
	export interface EventFilterView {
	    dataTypes: string[];
	    eventTypes: string[];
	    sources: string[];
	    query: string;
	    before: number;
	    after: number;
	    limit: number;
	}
	export interface EventRow {
	    seq: number;
	    dataType: string;
	    eventType: string;
	    objectId: string;
	    day: string;
	    timestamp: string;
	    receivedAt: string;
	    source: string;
	    summary: string;
	}
	export interface EventPageView {
	    rows: EventRow[];
	    more: boolean;
	}
	
	export interface ExportChoice {
	    format: string;
	    kind: string;
	    dataTypes: string[];
	    from: string;
	    to: string;
	    operations: string[];
	    sources: string[];
	    includeDeleted: boolean;
	    gzip: boolean;
	}
	export interface ExportTypeView {
	    dataType: string;
	    documents: number;
	    events: number;
	    samples: number;
	}
	export interface ExportContents {
	    types: ExportTypeView[];
	    firstDay: string;
	    lastDay: string;
	}
	export interface ExportEstimate {
	    name: string;
	    rows: number;
	    bytes: number;
	}
	export interface ExportJobView {
	    id: number;
	    state: string;
	    format: string;
	    kind: string;
	    name: string;
	    folder: string;
	    done: number;
	    total: number;
	    bytes: number;
	    secondsLeft: number;
	    startedAt: string;
	    endedAt: string;
	    error: string;
	}
	export interface ExportPreview {
	    name: string;
	    columns: string[];
	    rows: string[][];
	}
	export interface ExportScheduleView {
	    every: string;
	    format: string;
	    kind: string;
	    gzip: boolean;
	    keep: number;
	    folder: string;
	    nextAt: string;
	    lastAt: string;
	    name: string;
	    bytes: number;
	    kept: number;
	    running: boolean;
	    done: number;
	    total: number;
	    error: string;
	}
	
	export interface ExportView {
	    job: ExportJobView;
	    schedule: ExportScheduleView;
	}
	
	
	export interface JobTypeView {
	    dataType: string;
	    state: string;
	    documents: number;
	    samples: number;
	    missed: number;
	    reason: string;
	}
	export interface JobView {
	    id: number;
	    kind: string;
	    state: string;
	    reason: string;
	    waitUntil: string;
	    from: string;
	    to: string;
	    dataTypes: string[];
	    day: string;
	    dataType: string;
	    documents: number;
	    revised: number;
	    samples: number;
	    daysDone: number;
	    daysTotal: number;
	    rate: number;
	    secondsLeft: number;
	    createdAt: string;
	    endedAt: string;
	    types: JobTypeView[];
	}
	export interface KindView {
	    dataType: string;
	    eventType: string;
	    source: string;
	}
	export interface LackView {
	    what: string;
	    hint: string;
	}
	
	export interface MadeToken {
	    id: number;
	    token: string;
	}
	export interface MetricView {
	    id: string;
	    dataType: string;
	    field: string;
	    name: string;
	    unit: string;
	    perDay: string;
	    digits: number;
	    days: number;
	    firstDay: string;
	    lastDay: string;
	    known: boolean;
	}
	
	
	export interface NightView {
	    day: string;
	    today: string;
	    previousDay: string;
	    nextDay: string;
	    firstDay: string;
	    lastDay: string;
	    periods: SleepView[];
	    waits: string;
	    excluded: number;
	}
	export interface NoticeView {
	    id: string;
	    group: string;
	    title: string;
	    body: string;
	    route: string;
	    at: string;
	    read: boolean;
	    over: boolean;
	}
	export interface NoticesView {
	    notices: NoticeView[];
	    system: string;
	    why: string;
	    sleep: boolean;
	    values: boolean;
	    types: string[];
	    offered: string[];
	}
	export interface OutlineView {
	    kinds: KindView[];
	    seqs: number[];
	    seconds: number[];
	    kind: number[];
	    objects: number[];
	    more: boolean;
	}
	
	
	export interface RetentionCounts {
	    events: number;
	    deliveries: number;
	    samples: number;
	    oldestKept: string;
	}
	
	export interface RevisionView {
	    seq: number;
	    eventType: string;
	    source: string;
	    receivedAt: string;
	}
	export interface RoundLine {
	    kind: string;
	    startedAt: string;
	    endedAt: string;
	    from: string;
	    to: string;
	    added: number;
	    revised: number;
	    deleted: number;
	    samples: number;
	    failed: number;
	}
	
	
	export interface RunningRound {
	    running: boolean;
	    kind: string;
	    done: number;
	    total: number;
	}
	export interface SavedFilter {
	    name: string;
	    dataTypes: string[];
	    eventTypes: string[];
	    sources: string[];
	    query: string;
	}
	
	export interface SettingsView {
	    theme: string;
	    filters: SavedFilter[];
	}
	export interface SignInView {
	    pending: boolean;
	    authorizeUrl: string;
	    expiresAt: string;
	    browserOpened: boolean;
	    error: string;
	    errorCode: string;
	    connected: boolean;
	    userId: string;
	    scopes: string[];
	    missingScopes: string[];
	}
	export interface SetupView {
	    step: string;
	    demo: boolean;
	    clientId: string;
	    clientSecretSet: boolean;
	    fromEnvironment: boolean;
	    redirectUri: string;
	    portalUrl: string;
	    signIn: SignInView;
	}
	
	
	export interface SpanView {
	    from: string;
	    to: string;
	    count: number;
	    days: number;
	    median: number;
	    low: number;
	    high: number;
	    min: number;
	    minDay: string;
	    max: number;
	    maxDay: string;
	}
	
	export interface StartView {
	    login: boolean;
	    hidden: boolean;
	    moved: string;
	    fault: string;
	    closing: string;
	    lacks: LackView[];
	}
	export interface TroubleView {
	    code: string;
	    title: string;
	    text: string;
	    severity: string;
	    since: string;
	    remedyLabel: string;
	    remedyAction: string;
	}
	export interface StatusView {
	    state: string;
	    word: string;
	    since: string;
	    nextStep: string;
	    demo: boolean;
	    version: string;
	    lastSeq: number;
	    eventCount: number;
	    lastEventAt: string;
	    lastDeliveryAt: string;
	    troubles: TroubleView[];
	    apiUrl: string;
	    dataDir: string;
	    keyWhere: string;
	    keyPath: string;
	}
	
	
	export interface SyncTypeView {
	    dataType: string;
	    series: boolean;
	    days: boolean;
	    lastSync: string;
	    newest: string;
	    newestDay: string;
	    error: string;
	    allowed: boolean;
	    wanted: boolean;
	    count: number;
	}
	export interface SyncView {
	    types: SyncTypeView[];
	    jobs: JobView[];
	    rounds: RoundLine[];
	    round: RunningRound;
	    pausedUntil: string;
	    paused: boolean;
	    pollMinutes: number;
	    live: boolean;
	    firstDay: string;
	    today: string;
	    connected: boolean;
	}
	
	export interface TrayView {
	    tray: string;
	    hint: string;
	}
	export interface TrendView {
	    metric: MetricView;
	    from: string;
	    to: string;
	    today: string;
	    days: string[];
	    values: number[];
	    bandDays: string[];
	    low: number[];
	    mid: number[];
	    high: number[];
	    apart: string[];
	    notWorn: string[];
	    summary: SpanView;
	    previous: SpanView;
	    change: ChangeSpan;
	}
	
	
	export interface TypeView {
	    dataType: string;
	    hook: boolean;
	    fetchable: boolean;
	}
	export interface UpdateView {
	    possible: boolean;
	    on: boolean;
	    askedAt: string;
	    latest: string;
	    told: boolean;
	}
	

}

