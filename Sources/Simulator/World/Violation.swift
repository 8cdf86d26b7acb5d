/// A rule that was broken.
struct Violation: Error, Sendable, Hashable, CustomStringConvertible {
    enum Rule: String, Sendable, CaseIterable {
        /// What is promised, to live jobs and to attempts whose job is still to be made, exceeds the GPUs there are.
        case oversubscribed
        /// A task has two live jobs.
        case twoLiveJobs
        /// An attempt made a second job.
        case secondJob
        /// A row moved as no row may.
        case illegalTransition
        /// A leader that was deposed changed a row.
        case staleWrite
        /// More attempts than the policy allows.
        case tooManyAttempts
        /// A task has not ended although nothing keeps it from doing so.
        case neverEnded
        /// A task is over and its job is not.
        case jobLeftBehind
        /// A dispatcher ended a job that was wanted, or did not write down first why it did.
        case wantedJobEnded
        /// An attempt that made room for another counted against its task.
        case preemptionCounted
        /// A task ended otherwise than its attempts did.
        case wrongEnd
        /// The dispatcher still counts what has ended.
        case leakedCapacity
    }

    let rule: Rule
    let message: String

    var description: String { "\(self.rule.rawValue): \(self.message)" }
}
