internal import MaaSCore

/// How well GPUs are used under overload, and what that costs large jobs. All jobs belong to one user, to leave
/// fairness aside.
struct UtilisationTrial: Sendable {
    struct Result: Sendable {
        /// The fraction of the GPUs in use.
        var utilisation: Double
        /// The longest wait of a job of 8 GPUs, in seconds. One that has not started has waited until the end.
        var longestWait: Double
    }

    var span = Duration.hours(24)

    func run() -> (fair: Result, firstIn: Result, firstFit: Result) {
        let trial = Trial(MixedTrace(load: 1.2, users: 1, span: self.span, seed: 3).jobs)
        return (
            self.result(trial.run(FairQueue(nodes: MixedTrace.nodes), until: self.span)),
            self.result(trial.run(PlainQueue(nodes: MixedTrace.nodes, order: .firstIn), until: self.span)),
            self.result(trial.run(PlainQueue(nodes: MixedTrace.nodes, order: .firstFit), until: self.span))
        )
    }

    private func result(_ record: TrialRecord) -> Result {
        let waits = zip(record.jobs, record.starts).filter { $0.0.gpus == 8 }.map { job, start in
            ((start ?? self.span) - job.arrival).inSeconds
        }
        return Result(
            utilisation: record.utilisation(of: MixedTrace.gpus, from: .minutes(60), to: self.span),
            longestWait: waits.max() ?? 0
        )
    }
}
