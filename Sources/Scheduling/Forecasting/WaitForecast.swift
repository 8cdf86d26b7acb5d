/// Where the queued jobs stand, in the order in which they are expected to start.
///
/// It is worked out as it is asked for: take as many as there is time for, and go on later.
package struct WaitForecast<ID: Hashable & Comparable & Sendable>: Sequence, IteratorProtocol, Sendable {
    private var waits: ArraySlice<(id: ID, wait: Wait)>

    init(_ waits: [(id: ID, wait: Wait)]) { self.waits = waits[...] }

    package mutating func next() -> (id: ID, wait: Wait)? { self.waits.popFirst() }
}
