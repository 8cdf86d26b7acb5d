/// What a JSON text from a stranger may consist of: to parse it takes time and memory for each value, not for each byte.
package struct JSONLimits: Sendable, Hashable {
    /// Arrays and objects in one another.
    package var depth: Int
    /// Values, and members of objects, in all.
    package var values: Int

    package init(depth: Int = 64, values: Int = 50_000) {
        self.depth = depth
        self.values = values
    }

    /// Whether the text keeps within the limits; it may be no JSON at all. One look at each byte.
    package func admits(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { self.admits($0) }
    }

    private func admits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var depth = 0
        var values = 1
        var isInString = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if isInString {
                // What an escape stands for does not matter, only that it may be a quote.
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == UInt8(ascii: "\"") { isInString = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: ","): values += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                values += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: continue
            }
            guard depth <= self.depth, values <= self.values else { return false }
        }
        return true
    }
}
