internal import MaaSCore

/// Estimates how long a loop of even steps still takes: remaining steps times a moving average of the last ones.
struct EtaEstimator {
    /// How much a new step counts. The first ones of a model are slow, and so is a change of experts half way.
    private static let weight = 0.3

    /// What comes after the loop (decoding, labels, upload) as a part of the loop: a guess, for want of a history.
    private static let tailShare = 0.05
    private static let leastTail = Duration.seconds(3)

    /// Nothing takes a year. A bar whose numbers say so is not worth believing, and `Duration` has its limits.
    private static let longest = 365 * 86_400.0

    private var lastStep = 0.0
    private var lastTime: Duration?
    private var secondsAStep: Double?
    private var end: Duration?

    /// Takes in that `step` of `total` is done at `now`, on any clock that does not go back.
    mutating func record(step: Double, of total: Double, at now: Duration) {
        guard step != self.lastStep || self.lastTime == nil else { return }
        defer { (self.lastStep, self.lastTime) = (step, now) }
        guard let lastTime = self.lastTime, step > self.lastStep else {
            self.secondsAStep = nil  // The first state of a bar, or of the next one.
            self.end = nil
            return
        }
        let seconds = (now - lastTime).inSeconds / (step - self.lastStep)
        // The first step also warms up and says little about the others: the second one takes its place.
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

    /// Whole seconds until the end of everything, as of `now`; nil before the second step.
    func remaining(at now: Duration) -> Int? {
        self.end.map { max(1, Int(($0 - now).inSeconds.rounded(.up))) }
    }
}
