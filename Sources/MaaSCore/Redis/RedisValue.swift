/// A reply, or one element of it.
///
/// Strings are text; invalid UTF-8 is repaired.
package struct RedisValue: Sendable {
    private let reply: RedisReply
    /// Of the element in the reply.
    private let index: Int

    private init(_ reply: RedisReply, _ index: Int) {
        self.reply = reply
        self.index = index
    }

    init(_ reply: RedisReply) { self.init(reply, 0) }

    /// The text of a string or the digits of an integer.
    package var string: String? { self.reply.string(at: self.index) }

    /// The number, also if the server sent it as a string.
    package var integer: Int64? {
        switch self.element {
        case .integer(let number): number
        case .string(let range): Int64(self.reply.text(range))
        default: nil
        }
    }

    package var array: [RedisValue]? {
        guard case .array(let count, _) = self.element else { return nil }
        var elements: [RedisValue] = []
        elements.reserveCapacity(count)
        var next = self.index + 1
        for _ in 0..<count {
            elements.append(RedisValue(self.reply, next))
            next = self.reply.end(of: next)
        }
        return elements
    }

    package var isNull: Bool { if case .null = self.element { true } else { false } }

    /// The message of an error reply; inside an array, that of one command of a transaction.
    package var error: String? { if case .error(let range) = self.element { self.reply.text(range) } else { nil } }

    /// The pairs of a flat array `name, value, name, value`, as in `HGETALL` and streams.
    package var fields: RedisFields? { RedisFields(self.reply, at: self.index) }

    /// What it is, in words, without its content.
    var kind: String {
        switch self.element {
        case .null: "null"
        case .integer: "an integer"
        case .string: "a string"
        case .array(let count, _): "an array of \(count)"
        case .error: "an error"
        }
    }

    private var element: RedisReply.Element { self.reply.elements[self.index] }
}
