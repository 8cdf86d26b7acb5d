/// Splits chunks of bytes into lines.
struct LineBuffer {
    private var partial: [UInt8] = []

    /// The longest line, in bytes; etcd's limit for an object is less than a tenth of that.
    static let limit = 16 << 20

    /// Appends `bytes` and returns the complete lines, without their terminators; skips empty ones. Throws when the
    /// incomplete line is already too long.
    mutating func append(_ bytes: [UInt8]) throws(KubernetesError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = self.partial + rest[..<end]
            self.partial = []
            if !line.isEmpty { lines.append(line) }
            rest = rest[(end + 1)...]
        }
        guard self.partial.count + rest.count <= Self.limit else {
            throw KubernetesError(.unavailable, "the watch sent a line of more than \(Self.limit) bytes")
        }
        self.partial += rest
        return lines
    }
}
