internal import MaaSCore

/// A job of a trial: its request, and its duration, which queues are not told.
struct TrialJob: Sendable {
    /// Its index in the order of arrival.
    var id = 0
    var user: String
    /// The rank of its class: 0 is the most urgent.
    var rank = 0
    /// Of one pod.
    var gpus: Int
    var arrival: Duration
    var duration: Duration
    /// The template's estimate of its duration.
    var estimate: Duration
    /// Jobs with the same template and number of GPUs should take about the same time.
    var template: String

    /// GPU-seconds.
    var work: Double { Double(self.gpus) * self.duration.inSeconds }
}
