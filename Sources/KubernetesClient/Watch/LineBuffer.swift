/// Cuts bytes that arrive in any portions into lines.
struct LineBuffer {
    private var partial: [UInt8] = []

    /// The most a line may have, in bytes: etcd holds no object of more than a tenth of that.
    static let limit = 16 << 20

    /// Takes `bytes` and returns the lines that are whole by now, without their ends; empty ones are left out. Throws when
    /// what has come of the last one is too long already.
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
