internal import MaaSControl
internal import MaaSCore

/// The relay's metrics.
@LoopActor
struct RelayMetrics {
    /// What this replica did with an event.
    enum Outcome: String, CaseIterable {
        case told
        /// It changed nothing.
        case unchanged
        /// Its token does not match its attempt, or its producer may not send this type.
        case forged
        case malformed
        /// Of an earlier attempt.
        case stale
        /// Its sequence number was seen before.
        case repeated
        /// It was pending for a replica that died, and was trimmed before another could claim it.
        case trimmed
    }

    /// How it was noticed that entries of a stream were missing.
    enum Heal: String, CaseIterable {
        /// Its ids had run ahead of Redis's clock.
        case ahead
        /// Its epoch was lost, or replaced by another replica.
        case epoch
        /// Entries were trimmed before they were read.
        case trimmed
        /// It was set back.
        case lost
    }

    /// The two readers of the streams.
    enum Reader: String {
        case followers
        case writer
    }

    private let events: Counter
    private let merges: Counter
    private let lags: Histogram
    private let refusals: Counter
    private let closes: Counter
    private let beginnings: Counter
    private let heals: Counter
    let ends: AttemptEnds

    init(_ metrics: Metrics) {
        self.events = metrics.counter(
            "maas_relay_events_total",
            help: "Events read, by outcome; each replica reads all events.",
            labels: ["outcome"]
        )
        self.merges = metrics.counter(
            "maas_relay_coalesced_total",
            help: "Progress updates replaced by newer ones before a client received them."
        )
        self.lags = metrics.histogram(
            "maas_relay_stream_lag_seconds",
            help: "Time the oldest event of each read spent in its stream before it was read, by Redis's clock.",
            labels: ["reader"]
        )
        self.refusals = metrics.counter(
            "maas_relay_refusals_total",
            help: "Connection attempts refused before the WebSocket or event stream was established.",
            labels: ["reason"]
        )
        self.closes = metrics.counter(
            "maas_relay_closes_total",
            help: "Connections closed by the relay, by close code.",
            labels: ["code"]
        )
        self.beginnings = metrics.counter(
            "maas_relay_subscriptions_total",
            help: "Subscriptions started, by kind: with a snapshot, resumed, or reset because of a possible gap.",
            labels: ["mode"]
        )
        self.heals = metrics.counter(
            "maas_relay_heals_total",
            help: "Event streams restarted because entries were missing, by how that was detected.",
            labels: ["reason"]
        )
        self.ends = AttemptEnds(metrics)
        for outcome in Outcome.allCases { self.events.start(outcome.rawValue) }
        for heal in Heal.allCases { self.heals.start(heal.rawValue) }
    }

    func count(_ outcome: Outcome, _ count: Int = 1) { self.events.add(Double(count), outcome.rawValue) }
    func count(merges count: Int) { if count > 0 { self.merges.add(Double(count)) } }
    func count(_ mode: ServerMessage.Mode) { self.beginnings.increment(mode.rawValue) }
    func count(_ close: CloseReason) { self.closes.increment("\(close.code)") }
    func count(refusal reason: String) { self.refusals.increment(reason) }
    func count(_ heal: Heal) { self.heals.increment(heal.rawValue) }

    /// Observes an entry's age when it was taken; zero if this clock is behind Redis's.
    func observeAge(of entry: RedisStreamID, takenBy reader: Reader) {
        let milliseconds = Timestamp.now().milliseconds - Int64(clamping: entry.milliseconds)
        self.lags.observe(Double(max(0, milliseconds)) / 1000, reader.rawValue)
    }
}
