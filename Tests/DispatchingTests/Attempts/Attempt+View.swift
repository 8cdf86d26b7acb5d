internal import MaaSCore

@testable internal import Dispatching

/// With a view of the cluster that never had a gap.
extension Attempt {
    mutating func takeStep(now: Timestamp) -> AttemptStep? { self.takeStep(now: now, view: ClusterView()) }

    func nextCheck(after now: Timestamp) -> Timestamp? { self.nextCheck(after: now, view: ClusterView()) }
}
