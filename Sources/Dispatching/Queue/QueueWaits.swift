package import MaaSCore
internal import Scheduling

/// Where every queued task stands, in the order in which they are expected to start. Worked out as it is asked for: take
/// as many as there is time for, and go on later.
package struct QueueWaits: Sequence, IteratorProtocol, Sendable {
    /// What is said of one task.
    package struct Element: Sendable {
        package let task: TaskID
        /// Attempts made so far.
        package let attempt: Int
        package let wait: TaskWait
    }

    var forecast: WaitForecast<AttemptID>
    /// What holds up everything, if anything does.
    let common: WaitingReason?

    package mutating func next() -> Element? {
        guard let (id, wait) = self.forecast.next() else { return nil }
        let seconds = wait.expectedWait.map { Int($0.inSeconds.rounded(.up)) }
        let told = TaskWait(
            position: wait.position,
            etaSeconds: self.common == .clusterUnavailable ? nil : seconds,
            reason: self.common ?? WaitingReason(wait.reason)
        )
        return Element(task: id.task, attempt: id.number - 1, wait: told)
    }
}

extension DispatchCore {
    /// Where every queued task stands now.
    package func waits(now: Timestamp) -> QueueWaits {
        QueueWaits(
            forecast: self.scheduler.waits(now: now.sinceEpoch),
            common: !self.isClusterKnown
                ? .clusterUnavailable : self.restsUntil.flatMap { now < $0 ? .clusterQuota : nil }
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
