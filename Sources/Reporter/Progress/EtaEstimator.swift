internal import MaaSCore

/// Estimates the remaining time of a loop of even steps: remaining steps times a moving average of step times.
struct EtaEstimator {
    /// The weight of a new step. A model's first steps are slow, and so is the switch between experts halfway.
    private static let weight = 0.3

    /// The time after the loop (decoding, labels, upload) as a fraction of the loop: a guess, without history.
    private static let tailShare = 0.05
    private static let leastTail = Duration.seconds(3)

    /// Estimates of a year or more are discarded as implausible; `Duration` also has its limits.
    private static let longest = 365 * 86_400.0

    private var lastStep = 0.0
    private var lastTime: Duration?
    private var secondsAStep: Double?
    private var end: Duration?

    /// Records that `step` of `total` are done at `now`, on any monotonic clock.
    mutating func record(step: Double, of total: Double, at now: Duration) {
        guard step != self.lastStep || self.lastTime == nil else { return }
        defer { (self.lastStep, self.lastTime) = (step, now) }
        guard let lastTime = self.lastTime, step > self.lastStep else {
            self.secondsAStep = nil  // The first state of a bar, or of the next one.
            self.end = nil
            return
        }
        let seconds = (now - lastTime).inSeconds / (step - self.lastStep)
        // The first step includes the warm-up and is not representative: the second replaces it.
        let previous = self.lastStep >= 2 ? self.secondsAStep : nil
        let average = previous.map { $0 * (1 - Self.weight) + seconds * Self.weight } ?? seconds
        self.secondsAStep = average
        guard step >= 2 else { return }
        guard average * total < Self.longest else {
            self.end = nil
            return
        }
        let tail = max(Self.leastTail, .seconds(average * total * Self.tailShare))
        self.end = now + .seconds(average * max(total - step, 0)) + tail
    }

    /// Whole seconds until the end of everything, as of `now`; nil before the second step, and once it should be over:
    /// decoding may take as long as the loop.
    func remaining(at now: Duration) -> Int? {
        guard let end, end > now else { return nil }
        return Int((end - now).inSeconds.rounded(.up))
    }
}
