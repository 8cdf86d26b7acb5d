extension WaitingQueue {
    /// Counts a job of the user as running.
    mutating func started(_ user: Int, gpus: Double) { self.accounts[user].running.add(gpus: gpus) }

    /// Counts a job of the user as ended, and corrects its charge.
    mutating func ended(_ user: Int, gpus: Double, correction: Double, now: Duration) {
        self.accounts[user].running.remove(gpus: gpus)
        self.charge(user, correction)
        if self.accounts[user].isAtLimit {
            self.accounts[user].isAtLimit = false
            self.refresh(user, now: now)
        }
    }

    /// - Parameter cost: GPU-seconds; negative to refund.
    mutating func charge(_ user: Int, _ cost: Double) {
        self.accounts[user].consumed += cost / self.accounts[user].weight
        guard cost < 0 else { return }
        // Waiting lanes have tags that include the refunded charge.
        for lane in self.accounts[user].lanes where self.lanes[lane].isContending {
            let tag = self.virtualTime(self.flow(of: lane))
            guard self.lanes[lane].servedRank == self.lanes[lane].key.rank, tag < self.lanes[lane].tag else { continue }
            self.lanes[lane].tag = tag
            self.giveTurn(lane)
        }
    }

    /// Holds the user's jobs until one of theirs ends.
    mutating func reachedLimit(_ user: Int, now: Duration) {
        self.accounts[user].isAtLimit = true
        self.refresh(user, now: now)
    }

    /// Sets each user's policy, by name.
    mutating func setUsers(_ policy: (String) -> UserPolicy, isPaused: (String) -> Bool, now: Duration) {
        for user in self.accounts.indices {
            self.accounts[user].policy = policy(self.accounts[user].user)
            self.accounts[user].isPaused = isPaused(self.accounts[user].user)
            self.accounts[user].isAtLimit = false
        }
        for user in self.accounts.indices { self.refresh(user, now: now) }
    }

    /// Lets the user's lanes wait for their turn, or withdraws them, as now allowed.
    mutating func refresh(_ user: Int, now: Duration) {
        for lane in self.accounts[user].lanes {
            // The clock may lag: no lane has waited since before its first job was queued.
            if self.isOpen(lane) { self.join(lane, since: max(now, self.queuedAt(lane))) } else { self.withdraw(lane) }
        }
    }
}
