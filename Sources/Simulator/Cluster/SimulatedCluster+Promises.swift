internal import Dispatching
internal import MaaSCore

/// Checks promised GPUs against existing ones.
extension SimulatedCluster {
    /// How outdated a dispatcher's view of the nodes may be.
    private static let staleness = Duration.seconds(90)

    /// Promised GPUs must exist, or have existed when the last promise was made. Checked at each step that promises or
    /// uses more: an attempt begins, a job is created.
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

    /// GPUs promised to attempts whose job is still to be created.
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

    /// Pods on a node that accepts no pods hold none of the other nodes' GPUs.
    private func counts(_ pod: SimulatedPod) -> Bool {
        guard let name = pod.node else { return !pod.isTerminating }
        return self.nodes.contains { $0.name == name && $0.isUsable }
    }
}
