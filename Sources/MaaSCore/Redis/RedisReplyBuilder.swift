/// Builds a ``RedisReply`` from its elements in their order.
struct RedisReplyBuilder {
    private var elements: [RedisReply.Element] = []
    private var bytes: [UInt8] = []
    /// The array whose elements are coming, and how many of them are missing. Outside of all arrays, the number is 0 or
    /// less, so that it never becomes 0.
    private var innermost = (index: 0, missing: 0)
    /// What ``innermost`` was before each array that has begun and not ended.
    private var outer: [(index: Int, missing: Int)] = []

    /// Enough for the reply to a read of a few entries of a stream.
    private static let capacity = (elements: 128, bytes: 2048)

    mutating func appendNull() { self.append(.null) }

    mutating func append(_ integer: Int64) { self.append(.integer(integer)) }

    /// The `count` elements of the array are to follow.
    mutating func appendArray(of count: Int) {
        if count == 0 { return self.append(.array(count: 0, end: self.elements.count + 1)) }
        if self.elements.isEmpty {
            self.elements.reserveCapacity(Self.capacity.elements)
            self.bytes.reserveCapacity(Self.capacity.bytes)
        }
        self.outer.append(self.innermost)
        self.innermost = (self.elements.count, count)
        self.elements.append(.array(count: count, end: 0))
    }

    mutating func append(_ text: UnsafeBufferPointer<UInt8>) { self.append(.string(self.range(of: text))) }

    mutating func append(error text: UnsafeBufferPointer<UInt8>) { self.append(.error(self.range(of: text))) }

    /// Ends the reply; what is appended next belongs to another.
    mutating func take() -> RedisReply {
        let reply = RedisReply(elements: self.elements, bytes: self.bytes)
        self = Self()
        return reply
    }

    /// Appends an element that contains no others.
    private mutating func append(_ element: RedisReply.Element) {
        self.elements.append(element)
        self.innermost.missing -= 1
        if self.innermost.missing == 0 { self.endArrays() }
    }

    /// Ends the innermost array, and those around it of which it was the last element.
    private mutating func endArrays() {
        repeat {
            let index = self.innermost.index
            if case .array(let count, _) = self.elements[index] {
                self.elements[index] = .array(count: count, end: self.elements.count)
            }
            self.innermost = self.outer.removeLast()
            self.innermost.missing -= 1
        } while self.innermost.missing == 0
    }

    private mutating func range(of text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text)
        return start..<self.bytes.count
    }
}
