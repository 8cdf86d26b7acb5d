/// Decides which states of a bar are logged: the first, one about every 5 %, and the last.
///
/// On a terminal a bar is one line; in a log, where nothing is overwritten, it would be thousands.
struct BarLog {
    private struct Drawn: Hashable {
        let description: String
        let total: Double?
    }

    /// The number of log lines per bar, apart from the first.
    private static let parts = 20.0

    private var bar: Drawn?
    private var part = -1
    private var step = -1.0

    /// The log line for `bar`, or nil when too little has changed.
    mutating func line(for bar: ProgressBar) -> String? {
        let drawn = Drawn(description: bar.description, total: bar.total)
        // Without a total: once per power of two.
        let part = bar.fraction.map { Int($0 * Self.parts) } ?? bar.wholeStep?.bitWidthInUse ?? Int.bitWidth
        let isAnother = drawn != self.bar || bar.step < self.step
        guard isAnother || part > self.part else { return nil }
        self.bar = drawn
        self.part = part
        self.step = bar.step

        let name = bar.description.isEmpty ? "progress" : bar.description
        let step = Self.number(bar.step)
        guard let total = bar.total, let fraction = bar.fraction else { return "\(name): \(step)" }
        return "\(name): \(Int(fraction * 100))% \(step)/\(Self.number(total))"
    }

    private static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? String(value) }
}

extension Int {
    fileprivate var bitWidthInUse: Int { self.bitWidth - self.leadingZeroBitCount }
}
