/// By how much the estimates of starts were wrong lately.
package struct EstimateErrors: Sendable {
    private var latest: [Duration] = []
    private var next = 0
    /// How many were taken in all.
    package private(set) var count = 0

    /// How many are remembered.
    private static let limit = 1000

    package init() {}

    /// Takes one.
    package mutating func add(_ error: Duration) {
        self.count += 1
        if self.latest.count < Self.limit {
            self.latest.append(error)
        } else {
            self.latest[self.next] = error
            self.next = (self.next + 1) % Self.limit
        }
    }

    /// The error that `share` of them do not exceed, 0.5 for the median; nil before the first.
    package func quantile(_ share: Double) -> Duration? {
        guard !self.latest.isEmpty else { return nil }
        let index = Int((Double(self.latest.count) * share).rounded(.up)) - 1
        return self.latest.sorted()[min(max(index, 0), self.latest.count - 1)]
    }
}
