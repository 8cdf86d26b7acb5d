/// A queue with amortised constant-time ends.
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
        // Compacting once half is dead keeps both ends amortised constant and the memory bounded.
        if self.head == self.items.count {
            self.items.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head > 64, self.head * 2 > self.items.count {
            self.items.removeSubrange(..<self.head)
            self.head = 0
        }
        return element
    }

    /// The elements from first to last, as they are now: the queue may change meanwhile.
    package func makeIterator() -> AnyIterator<Element> {
        var rest = self.items[self.head...].makeIterator()
        return AnyIterator { rest.next() ?? nil }
    }
}
