/// What was observed before everything was listed once.
package struct EarlyFacts: Sendable {
    /// The latest: each is of all nodes, and every change of a foreign pod brings one.
    private var nodes: ClusterFact?
    private var others: [ClusterFact] = []

    package init() {}

    package mutating func append(_ fact: ClusterFact) {
        if case .nodes = fact { self.nodes = fact } else { self.others.append(fact) }
    }

    /// Removes and returns all.
    package mutating func take() -> [ClusterFact] {
        defer { self = EarlyFacts() }
        return [self.nodes].compactMap { $0 } + self.others
    }
}
