/// Decides which of the jobs that wait start: ours, and what it is compared with.
protocol AdmissionQueue {
    mutating func arrive(_ job: TrialJob)
    mutating func end(_ job: TrialJob, now: Duration)
    /// The jobs that start now, by their ids.
    mutating func admit(now: Duration) -> [Int]
    /// When ``admit(now:)`` may give more without anything else happening.
    func nextChange(after now: Duration) -> Duration?
}
