/// Pairs of a name and a value, as `HGETALL` and the entries of a stream have them. They stay where they came in until
/// they are asked for.
package struct RedisFields: Sendable, RandomAccessCollection {
    package typealias Element = (name: String, value: String)

    private let reply: RedisReply
    /// Of the first name in the reply.
    private let start: Int
    package let count: Int

    /// No fields.
    package init() {
        self.reply = RedisReply(elements: [], bytes: [])
        self.start = 0
        self.count = 0
    }

    /// The pairs of the flat array `name, value, name, value` at `index`; nil if there is no such array.
    init?(_ reply: RedisReply, at index: Int) {
        guard case .array(let count, let end) = reply.elements[index], count.isMultiple(of: 2) else { return nil }
        for element in reply.elements[index + 1..<end] {
            switch element {
            case .string, .integer: continue
            case .null, .array, .error: return nil
            }
        }
        self.reply = reply
        self.start = index + 1
        self.count = count / 2
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { self.count }

    package subscript(position: Int) -> Element {
        (self.string(at: 2 * position), self.value(at: position))
    }

    /// The first value with that name.
    package func value(of name: String) -> String? { self.position(of: name).map(self.value(at:)) }

    func value(at position: Int) -> String { self.string(at: 2 * position + 1) }

    /// The position of the first field with that name from `start` on, or else before it.
    func position(of name: String, from start: Int = 0) -> Int? {
        var name = name
        return name.withUTF8 { name in
            let isWanted = { self.reply.holds(name, at: self.start + 2 * $0) }
            return (start..<self.count).first(where: isWanted) ?? (0..<start).first(where: isWanted)
        }
    }

    private func string(at offset: Int) -> String {
        precondition((0..<2 * self.count).contains(offset), "there is no such field")
        // All are strings or integers: `init` has looked.
        return self.reply.string(at: self.start + offset) ?? ""
    }
}
