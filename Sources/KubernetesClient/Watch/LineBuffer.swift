/// Cuts bytes that arrive in any portions into lines.
struct LineBuffer {
    private var partial: [UInt8] = []

    /// Takes `bytes` and returns the lines that are whole by now, without their ends; empty ones are left out.
    mutating func append(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = self.partial + rest[..<end]
            self.partial = []
            if !line.isEmpty { lines.append(line) }
            rest = rest[(end + 1)...]
        }
        self.partial += rest
        return lines
    }
}
