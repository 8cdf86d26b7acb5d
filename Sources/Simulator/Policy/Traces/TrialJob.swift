internal import MaaSCore

/// A job of a trial: what it asks for, and how long it takes, which no queue is told.
struct TrialJob: Sendable {
    /// Its place in the order of arrivals.
    var id = 0
    var user: String
    /// Of its class: 0 is the most urgent.
    var rank = 0
    /// Of one pod.
    var gpus: Int
    var arrival: Duration
    var duration: Duration
    /// What its template says of its duration.
    var estimate: Duration
    /// Jobs of one template and as many GPUs should take about as long as each other.
    var template: String

    /// GPU-seconds.
    var work: Double { Double(self.gpus) * self.duration.inSeconds }
}
