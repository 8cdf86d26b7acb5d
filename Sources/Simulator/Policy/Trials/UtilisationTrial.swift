internal import MaaSCore

/// How well GPUs are used when more is asked for than there is, and what that costs the large jobs. All are
/// of one user: whose turn it is among several is another question.
struct UtilisationTrial: Sendable {
    struct Result: Sendable {
        /// The part of the GPUs in use.
        var utilisation: Double
        /// The longest wait of a job of 8 GPUs, in seconds. One that has not started has waited so far.
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
