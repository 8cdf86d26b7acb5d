/// A violated rule.
struct Violation: Error, Sendable, Hashable, CustomStringConvertible {
    enum Rule: String, Sendable, CaseIterable {
        /// GPUs promised to live jobs and to attempts whose job is still to be created exceed those that exist.
        case oversubscribed
        /// A task has two live jobs.
        case twoLiveJobs
        /// An attempt created a second job.
        case secondJob
        /// A row made an illegal transition.
        case illegalTransition
        /// A deposed leader changed a row.
        case staleWrite
        /// More attempts than the policy allows.
        case tooManyAttempts
        /// A task has not ended although nothing prevents it.
        case neverEnded
        /// A task is over but its job is not.
        case jobLeftBehind
        /// A dispatcher ended a job that was still wanted, or without first writing down why.
        case wantedJobEnded
        /// An attempt that was preempted counted against its task.
        case preemptionCounted
        /// A task ended differently from its attempts.
        case wrongEnd
        /// The dispatcher still counts something that has ended.
        case leakedCapacity
    }

    let rule: Rule
    let message: String

    var description: String { "\(self.rule.rawValue): \(self.message)" }
}
