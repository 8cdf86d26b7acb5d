/// How wrong the expected starts were: what users were told first, against what came.
package struct ForecastErrors<ID: Hashable & Sendable>: Sendable {
    private var expectedStarts: [ID: Duration] = [:]
    private var errors = Samples(capacity: 1000)

    package init() {}

    /// Takes when a job is expected to start. Only the first word counts: it is the one a user plans by.
    package mutating func expect(_ id: ID, at time: Duration) {
        if self.expectedStarts[id] == nil { self.expectedStarts[id] = time }
    }

    /// The job has started.
    package mutating func started(_ id: ID, at time: Duration) {
        guard let expected = self.expectedStarts.removeValue(forKey: id) else { return }
        self.errors.add(abs((time - expected).inSeconds))
    }

    /// The job will not start.
    package mutating func forget(_ id: ID) { self.expectedStarts[id] = nil }

    /// Seconds by which this part of the last thousand starts were off at most; nil before the first.
    package func quantile(_ part: Double) -> Double? { self.errors.quantile(part) }
}
