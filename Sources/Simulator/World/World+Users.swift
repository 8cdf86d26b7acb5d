internal import Dispatching
internal import MaaSCore

/// The users, and the relay that receives the pods' final events.
extension World {
    func submit(_ id: TaskID, index: Int) {
        self.database.insert(id, index: index)
        self.note("task \(index) submitted")
        self.ring(id)
    }

    func cancel(_ id: TaskID) {
        self.note("task \(self.database.task(id)?.index ?? -1) cancelled by its user")
        self.database.requestCancel(id)
        self.ring(id)
    }

    private func ring(_ id: TaskID) {
        if self.chance(self.scenario.network.bellLoss), !self.isCalm { return }
        let count = self.chance(self.scenario.network.bellRepeat) ? 2 : 1
        for _ in 0..<count { self.after(self.pick(1...30)) { self.bells.ring(id) } }
    }

    /// Sends a pod's report that it has delivered; the relay receives it soon, late, twice or never.
    func sendFinalEvent(of attempt: AttemptID) {
        if !self.isCalm, self.chance(0.1) { return }
        let count = self.chance(0.1) ? 2 : 1
        for _ in 0..<count {
            let delay = self.chance(0.1) ? self.pick(500...20_000) : self.pick(1...300)
            self.after(delay) {
                let key = OutputKey.video(task: attempt.task, attempt: attempt.number)
                let result = TaskResult(key: key, size: 1)
                self.database.finish(attempt.task, attempt: attempt.number, as: .completed(result))
            }
        }
    }

    /// A job that ends by itself must have been wanted until shortly before.
    func checkIsWanted(_ job: SimulatedJob) {
        guard self.isCalm, let row = self.database.task(job.attempt.task), let calmSince else { return }
        let isWanted = row.state == .running && row.attempt == job.attempt.number
        let since = max(calmSince, row.trueUpdate)
        if !isWanted, self.now - since > .seconds(60) {
            self.violate(.jobLeftBehind, "task \(row.index) is \(row.state.rawValue), and its job worked to its end")
        }
    }
}
