internal import MaaSCore

/// Decides when to send an event: a new stage at once, progress at most twice a second, and a heartbeat after a long
/// silence.
struct ReportThrottle {
    enum Kind: Equatable { case stage, progress, heartbeat }

    /// The shortest interval between two progress events.
    static let interval = Duration.milliseconds(500)
    /// The longest silence: tqdm prints nothing within a step, which may take minutes.
    static let silence = Duration.seconds(10)
    /// The growth in percent that counts as progress without a completed step.
    private static let leastGrowth = 0.5

    private var last: (report: TaskProgress, time: Duration)?

    /// The kind of event to send for `report` at `now`; nil for none yet, so ask again later.
    mutating func kind(of report: TaskProgress, at now: Duration) -> Kind? {
        let kind = self.decide(report, now)
        if kind != nil { self.last = (report, now) }
        return kind
    }

    private func decide(_ report: TaskProgress, _ now: Duration) -> Kind? {
        guard let (before, time) = self.last, before.stage == report.stage else { return .stage }
        let isNews =
            report.step != before.step || report.preview != before.preview
            || report.percent >= before.percent + Self.leastGrowth
        if isNews, now - time >= Self.interval { return .progress }
        return now - time >= Self.silence ? .heartbeat : nil
    }
}
