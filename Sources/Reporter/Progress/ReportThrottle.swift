internal import MaaSCore

/// Decides when a state of things is worth an event: a new stage at once, progress twice a second, and a heartbeat when
/// nothing has been said for long.
struct ReportThrottle {
    enum Kind: Equatable { case stage, progress, heartbeat }

    /// The least time between two events about progress.
    static let interval = Duration.milliseconds(500)
    /// The longest silence: tqdm says nothing within a step, which may take minutes.
    static let silence = Duration.seconds(10)
    /// How much percent has to grow when no step is done.
    private static let leastGrowth = 0.5

    private var last: (report: TaskProgress, time: Duration)?

    /// What kind of event to make of `report` at `now`; nil for none yet. Asked again later, it may be time.
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
