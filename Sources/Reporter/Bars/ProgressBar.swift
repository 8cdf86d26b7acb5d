/// One state of a tqdm bar.
struct ProgressBar: Equatable {
    /// The text before the bar, without the colon; empty for most loops.
    var description: String
    /// Steps done.
    var step: Double
    /// The number of steps; nil when tqdm does not know it.
    var total: Double?
    /// What a program wrote directly behind the bar, on the same line.
    var rest = ""

    /// ``step`` rounded down; nil when it does not fit an `Int`.
    var wholeStep: Int? { Int(exactly: self.step.rounded(.down)) }

    /// The completed fraction, 0 to 1; nil without a total.
    var fraction: Double? {
        guard let total = self.total, total > 0 else { return nil }
        let done = self.step / total
        return done.isNaN ? nil : min(max(done, 0), 1)
    }
}
