extension WaitingQueue {
    /// The standings of users who wait, or were served shortly before `now`. Others start level when they return.
    func standings(now: Duration) -> [Standing] {
        self.accounts.indices.flatMap { user -> [Standing] in
            let flows = (0..<self.classes).map { self.flow(of: user, rank: $0) }
            let served = flows.compactMap { self.flows[$0].served }.max()
            let isRecent = served.map { now < $0 + Self.memory } ?? false
            guard isRecent || self.accounts[user].lanes.contains(where: { !self.lanes[$0].rows.isEmpty }) else {
                return []
            }
            return flows.enumerated().compactMap { rank, flow in
                let lead = max(0, self.virtualTime(flow) - self.clocks[rank].time)
                guard lead > 0 || self.flows[flow].served != nil else { return nil }
                return Standing(
                    user: self.accounts[user].user,
                    rank: rank,
                    lead: lead,
                    served: self.flows[flow].served
                )
            }
        }
    }

    /// Restores a user's standing in a class. Must precede the user's first job.
    mutating func restore(_ standing: Standing, of user: Int) {
        let flow = self.flow(of: user, rank: standing.rank)
        self.flows[flow].offset = standing.lead - self.accounts[user].consumed + self.clocks[standing.rank].time
        self.flows[flow].served = standing.served
    }

    private static let memory = Duration.seconds(3600)
}
