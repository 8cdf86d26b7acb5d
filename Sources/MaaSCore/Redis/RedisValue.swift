/// A reply of the Redis protocol, version 2.
///
/// Strings are text; invalid UTF-8 is repaired.
package enum RedisValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case string(String)
    case array([RedisValue])
    /// An error reply; inside an array, the error of one command of a transaction.
    case error(String)

    /// The text of a string or the digits of an integer.
    package var string: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// The number, also if the server sent it as a string.
    package var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .string(let text): Int64(text)
        default: nil
        }
    }

    package var array: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var isNull: Bool { self == .null }

    /// The pairs of a flat array `name, value, name, value`, as in `HGETALL` and streams.
    package var fields: [(name: String, value: String)]? {
        guard let elements = self.array, elements.count.isMultiple(of: 2) else { return nil }
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(elements.count / 2)
        for index in stride(from: 0, to: elements.count, by: 2) {
            guard let name = elements[index].string, let value = elements[index + 1].string else { return nil }
            fields.append((name, value))
        }
        return fields
    }
}
