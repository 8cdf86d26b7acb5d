/// A binary heap with the smallest element first.
package struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    package init() {}

    package var first: Element? { self.elements.first }

    package mutating func insert(_ element: Element) {
        var index = self.elements.count
        self.elements.append(element)
        while index > 0 {
            let parent = (index - 1) / 2
            guard element < self.elements[parent] else { break }
            self.elements[index] = self.elements[parent]
            index = parent
        }
        self.elements[index] = element
    }

    @discardableResult
    package mutating func removeFirst() -> Element? {
        guard let first = self.elements.first, let last = self.elements.popLast() else { return nil }
        guard !self.elements.isEmpty else { return first }
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < self.elements.count else { break }
            if child + 1 < self.elements.count, self.elements[child + 1] < self.elements[child] { child += 1 }
            guard self.elements[child] < last else { break }
            self.elements[index] = self.elements[child]
            index = child
        }
        self.elements[index] = last
        return first
    }
}

extension Heap: Sendable where Element: Sendable {}
