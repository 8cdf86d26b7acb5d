/// Limits for JSON from clients: the cost of parsing grows with the number of values, not only of bytes.
package struct JSONLimits: Sendable, Hashable {
    /// The deepest nesting of arrays and objects.
    package var depth: Int
    /// The most values, including members of objects.
    package var values: Int

    package init(depth: Int = 64, values: Int = 50_000) {
        self.depth = depth
        self.values = values
    }

    /// Whether the text is within the limits, in one pass; it need not be valid JSON.
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
                // The escaped character is skipped, because it may be a quote.
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
