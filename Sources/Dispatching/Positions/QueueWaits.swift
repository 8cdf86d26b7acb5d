package import MaaSCore
internal import Scheduling

/// The positions of all queued tasks, in the expected order of their starts. Computed lazily: take as many as time
/// allows and continue later.
package struct QueueWaits: Sequence, IteratorProtocol, Sendable {
    /// One task's position.
    package struct Element: Sendable {
        package let task: TaskID
        /// Attempts made so far.
        package let attempt: Int
        package let wait: TaskWait
    }

    var forecast: WaitForecast<AttemptID>
    /// The reason that holds up the whole queue, if any.
    let common: WaitingReason?

    package mutating func next() -> Element? {
        guard let (id, wait) = self.forecast.next() else { return nil }
        let seconds = wait.expectedWait.map { Int($0.inSeconds.rounded(.up)) }
        let told = TaskWait(
            position: wait.position,
            etaSeconds: self.common == nil ? seconds : nil,
            reason: self.common ?? WaitingReason(wait.reason)
        )
        return Element(task: id.task, attempt: id.number - 1, wait: told)
    }
}

extension DispatchCore {
    /// The positions of all queued tasks at `now`.
    package func waits(now: Timestamp) -> QueueWaits {
        QueueWaits(
            forecast: self.scheduler.waits(now: now.sinceEpoch),
            common: !self.isClusterKnown || self.view.isLost(at: now)
                ? .clusterUnavailable : self.quotaBackoffUntil.flatMap { now < $0 ? .clusterQuota : nil }
        )
    }
}

extension WaitingReason {
    fileprivate init(_ reason: Wait.Reason) {
        self =
            switch reason {
            case .gpusBusy: .gpusBusy
            case .behindOthers: .behindOthers
            case .reservedForLarger: .reservedForLarger
            case .userLimit: .userLimit
            case .templateLimit: .templateLimit
            case .paused: .paused
            case .noNodeFits: .noNodeFits
            case .backingOff: .backingOff
            }
    }
}
