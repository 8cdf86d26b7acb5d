internal import Dispatching
internal import MaaSCore

/// GPUs that are promised, and those that are there.
extension SimulatedCluster {
    /// How old a dispatcher's idea of the nodes may be.
    private static let staleness = Duration.seconds(90)

    /// What is promised must be there, or have been there when the last promise was made. Looked at with each step that
    /// promises or uses more: an attempt begins, a job is made.
    func checkPromises(to attempt: AttemptID, index: Int) {
        let since = (self.begun[attempt] ?? self.world.now) - Self.staleness
        var available = self.capacity
        for (index, entry) in self.capacities.enumerated() {
            let end = index + 1 < self.capacities.count ? self.capacities[index + 1].since : self.world.now
            if end >= since { available = max(available, entry.gpus) }
        }
        let demanded = self.demanded + self.intended
        if demanded > available {
            self.world.violate(
                .oversubscribed,
                "task \(index): \(demanded) GPUs are promised, and \(available) are there"
            )
        }
    }

    /// What attempts were promised whose job is still to be made.
    private var intended: Int {
        self.world.database.runningTasks().reduce(0) { sum, row in
            let id = AttemptID(task: row.id, number: row.attempt)
            let isOver = self.made[id] != nil || self.givenUp.contains(id) || self.refused.contains(id)
            return isOver ? sum : sum + (row.gpus ?? 0)
        }
    }

    private var demanded: Int {
        let made = self.pods.reduce(0) { $0 + ($1.isLive && !$1.job.isStray && self.counts($1) ? $1.gpus : 0) }
        return self.jobs.reduce(made) { sum, job in
            job.isLive && !job.isStray && !job.hasMadePods ? sum + job.request.gpusPerPod.reduce(0, +) : sum
        }
    }

    /// What is on a node that takes no pods holds nothing of the others.
    private func counts(_ pod: SimulatedPod) -> Bool {
        guard let name = pod.node else { return !pod.isTerminating }
        return self.nodes.contains { $0.name == name && $0.isUsable }
    }
}

extension Timestamp {
    fileprivate static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (Duration.zero - duration) }
}
