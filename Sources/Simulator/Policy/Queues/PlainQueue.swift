internal import Scheduling

/// A queue without a policy: in order of arrival, whoever the user.
struct PlainQueue: AdmissionQueue {
    enum Order: Sendable {
        /// No job passes the first, even if that does not fit: Kueue's `StrictFIFO`.
        case firstIn
        /// Any job that fits starts: Kueue's `BestEffortFIFO`, and kube-scheduler with a queue.
        case firstFit
    }

    private let order: Order
    private var waiting: [TrialJob] = []
    /// Free GPUs of each node.
    private var free: [Int]
    private var nodeOfJob: [Int: Int] = [:]

    init(nodes: [NodeCapacity], order: Order) {
        self.order = order
        self.free = nodes.map(\.gpus)
    }

    mutating func arrive(_ job: TrialJob) { self.waiting.append(job) }

    mutating func end(_ job: TrialJob, now: Duration) {
        if let node = self.nodeOfJob.removeValue(forKey: job.id) { self.free[node] += job.gpus }
    }

    mutating func admit(now: Duration) -> [Int] {
        var started: [Int] = []
        var waiting: [TrialJob] = []
        var isBlocked = !self.free.contains { $0 > 0 }
        for job in self.waiting {
            guard !isBlocked, let node = self.node(for: job.gpus) else {
                isBlocked = isBlocked || self.order == .firstIn
                waiting.append(job)
                continue
            }
            self.free[node] -= job.gpus
            self.nodeOfJob[job.id] = node
            started.append(job.id)
            isBlocked = !self.free.contains { $0 > 0 }
        }
        self.waiting = waiting
        return started
    }

    func nextChange(after now: Duration) -> Duration? { nil }

    /// Best fit, so that small jobs do not break up large gaps: the same advantage as ours has.
    private func node(for gpus: Int) -> Int? {
        self.free.indices.filter { self.free[$0] >= gpus }.min { self.free[$0] < self.free[$1] }
    }
}
