/// Jobs in the order of service.
struct WaitingQueue<ID: Hashable & Comparable & Sendable>: Sendable {
    private(set) var jobs: [QueuedJob<ID>] = []
    private var ids: Set<ID> = []

    /// Adds a job at its place; one that is there already is replaced.
    mutating func insert(_ job: QueuedJob<ID>) {
        self.remove(job.id)
        self.ids.insert(job.id)
        self.jobs.insert(job, at: self.lowerBound(of: job))
    }

    mutating func remove(_ id: ID) {
        guard self.ids.remove(id) != nil else { return }
        self.jobs.removeAll { $0.id == id }
    }

    /// Removes many at once, keeping the order.
    mutating func remove(_ gone: Set<ID>) {
        guard !gone.isEmpty else { return }
        self.ids.subtract(gone)
        self.jobs.removeAll { gone.contains($0.id) }
    }

    private func lowerBound(of job: QueuedJob<ID>) -> Int {
        var low = 0
        var high = self.jobs.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(self.jobs[middle], job) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func precedes(_ left: QueuedJob<ID>, _ right: QueuedJob<ID>) -> Bool {
        (left.priority, left.queuedAt, left.id) < (right.priority, right.queuedAt, right.id)
    }
}
