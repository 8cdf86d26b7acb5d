/// A queue with amortized constant-time operations at both ends.
package struct FIFO<Element>: Sequence {
    private var items: [Element?] = []
    private var head = 0

    package init() {}

    package var isEmpty: Bool { self.head == self.items.count }
    package var count: Int { self.items.count - self.head }
    package var first: Element? { self.isEmpty ? nil : self.items[self.head] }

    package mutating func append(_ element: Element) { self.items.append(element) }

    package mutating func popFirst() -> Element? {
        guard self.head < self.items.count else { return nil }
        let element = self.items[self.head].take()
        self.head += 1
        // Compacting when half of the storage is unused keeps operations amortized constant and memory bounded.
        if self.head == self.items.count {
            self.items.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head > 64, self.head * 2 > self.items.count {
            self.items.removeSubrange(..<self.head)
            self.head = 0
        }
        return element
    }

    /// A snapshot of the elements from first to last: the queue may change during iteration.
    package func makeIterator() -> AnyIterator<Element> {
        var rest = self.items[self.head...].makeIterator()
        return AnyIterator { rest.next() ?? nil }
    }
}
