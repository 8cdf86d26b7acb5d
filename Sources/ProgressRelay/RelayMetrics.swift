internal import MaaSCore

/// The relay's metrics.
@LoopActor
struct RelayMetrics {
    /// What this replica did with an event.
    enum Outcome: String {
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
    private let ends: Counter

    init(_ metrics: Metrics) {
        self.events = metrics.counter(
            "maas_relay_events_total",
            help: "Events read, by what became of them; each replica reads all of them.",
            labels: ["outcome"]
        )
        self.merges = metrics.counter(
            "maas_relay_coalesced_total",
            help: "Progress that newer progress has replaced before a client took it."
        )
        self.lags = metrics.histogram(
            "maas_relay_stream_lag_seconds",
            help: "How long the oldest event of a read was in its stream, by Redis's clock, until it was taken.",
            labels: ["reader"]
        )
        self.refusals = metrics.counter(
            "maas_relay_refusals_total",
            help: "Connections refused before they were one.",
            labels: ["reason"]
        )
        self.closes = metrics.counter(
            "maas_relay_closes_total",
            help: "Connections that the relay closed, by the code it gave.",
            labels: ["code"]
        )
        self.beginnings = metrics.counter(
            "maas_relay_subscriptions_total",
            help: "Subscriptions begun, by how: with a snapshot, resumed, or reset because a hole was possible.",
            labels: ["mode"]
        )
        self.heals = metrics.counter(
            "maas_relay_heals_total",
            help: "Event streams begun anew because entries were missing, by how that was known.",
            labels: ["reason"]
        )
        self.ends = metrics.counter(
            "maas_attempts_ended_total",
            help: "Ends that the relay wrote, as pods reported them: a code that a template made up is other. "
                + "The dispatcher counts those that it wrote.",
            labels: ["state", "code"]
        )
    }

    func count(_ outcome: Outcome, _ count: Int = 1) { self.events.add(Double(count), outcome.rawValue) }
    func count(merges count: Int) { if count > 0 { self.merges.add(Double(count)) } }
    func count(_ mode: ServerMessage.Mode) { self.beginnings.increment(mode.rawValue) }
    func count(_ close: CloseReason) { self.closes.increment("\(close.code)") }
    func count(refusal reason: String) { self.refusals.increment(reason) }
    func count(heal reason: String) { self.heals.increment(reason) }
    func count(end state: TaskState, _ failure: TaskFailure?) {
        self.ends.increment(state.rawValue, failure?.label ?? "")
    }

    /// Observes an entry's age when it was taken; zero if this clock is behind Redis's.
    func count(_ entry: RedisStreamID, takenBy reader: Reader) {
        let milliseconds = Timestamp.now().milliseconds - Int64(clamping: entry.milliseconds)
        self.lags.observe(Double(max(0, milliseconds)) / 1000, reader.rawValue)
    }
}
