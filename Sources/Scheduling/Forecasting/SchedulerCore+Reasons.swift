extension SchedulerCore {
    /// The time of the next expected end or change, if any.
    var nextEvent: Duration? {
        [self.running.nextEnd, self.backingOff.nextEnd, self.queue.nextChange].compactMap { $0 }.min()
    }

    /// For each lane, why its first job waits, and why those behind it do.
    func reasons() -> [(first: Wait.Reason, others: Wait.Reason)] {
        let hasRoom = self.cluster.shapes.map { self.cluster.pool.place(for: $0) != nil }
        return self.queue.lanes.indices.map { index in
            if let reason = self.reasonToHold(self.queue.lanes[index]) { return (reason, reason) }
            if index == self.head { return (.gpusBusy, .behindOthers) }
            let isReserved = self.head != nil && hasRoom[self.queue.lanes[index].key.shape]
            return (isReserved ? .reservedForLarger : .behindOthers, .behindOthers)
        }
    }

    /// Why no job of the lane may start, whatever is free.
    private func reasonToHold(_ lane: Lane) -> Wait.Reason? {
        let shape = self.cluster.shapes[lane.key.shape]
        let account = self.queue.accounts[lane.key.user]
        if self.pauses.contains(.everything) || account.isPaused
            || self.queue.holds.classes.contains(lane.key.rank)
            || self.pauses.contains(.template(self.templates.name(shape.key.template)))
            || self.cluster.fits[lane.key.shape] == .onlyOnPausedNodes
        {
            return .paused
        }
        if self.cluster.fits[lane.key.shape] == .nowhere { return .noNodeFits }
        if account.isAtLimit || !account.hasRoom(for: shape.cost) { return .userLimit }
        return self.templates.hasRoom(shape.key.template, for: shape.cost) ? nil : .templateLimit
    }
}
