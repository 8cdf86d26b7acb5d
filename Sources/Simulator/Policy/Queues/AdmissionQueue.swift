/// Decides which queued jobs start: ours, or one to compare it with.
protocol AdmissionQueue {
    mutating func arrive(_ job: TrialJob)
    mutating func end(_ job: TrialJob, now: Duration)
    /// The jobs that start now, by their ids.
    mutating func admit(now: Duration) -> [Int]
    /// When ``admit(now:)`` may return more without further input.
    func nextChange(after now: Duration) -> Duration?
}
