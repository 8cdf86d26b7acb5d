extension WaitingQueue {
    /// The standings of users who wait, or were served shortly before `now`. Others start level when they return.
    func standings(now: Duration) -> [Standing] {
        self.accounts.indices.flatMap { user -> [Standing] in
            let lines = (0..<self.classes).map { user * self.classes + $0 }
            let served = lines.compactMap { self.lines[$0].served }.max()
            let isRecent = served.map { now < $0 + Self.memory } ?? false
            guard isRecent || self.accounts[user].lanes.contains(where: { !self.lanes[$0].rows.isEmpty }) else {
                return []
            }
            return lines.enumerated().compactMap { rank, line in
                let lead = max(0, self.virtualTime(line) - self.clocks[rank].time)
                guard lead > 0 || self.lines[line].served != nil else { return nil }
                return Standing(
                    user: self.accounts[user].user,
                    rank: rank,
                    lead: lead,
                    served: self.lines[line].served
                )
            }
        }
    }

    /// Restores a user's standing in a class. Must precede the user's first job.
    mutating func restore(_ standing: Standing, of user: Int) {
        let line = user * self.classes + standing.rank
        self.lines[line].offset = standing.lead - self.accounts[user].consumed + self.clocks[standing.rank].time
        self.lines[line].served = standing.served
    }

    private static let memory = Duration.seconds(3600)
}
