/// One state of a tqdm bar.
struct ProgressBar: Equatable {
    /// What stands before it, without the colon; empty for most loops.
    var description: String
    /// Steps done.
    var step: Double
    /// Steps in all; nil when tqdm was not told.
    var total: Double?
    /// Seconds since it began.
    var elapsed: Double
    /// What a program wrote right behind the bar, on the same line.
    var rest = ""

    /// ``step`` without its fraction; nil when it is no number that can be counted to.
    var wholeStep: Int? { Int(exactly: self.step.rounded(.down)) }

    /// How much is done, 0 to 1; nil without a total.
    var fraction: Double? {
        guard let total = self.total, total > 0 else { return nil }
        let done = self.step / total
        return done.isNaN ? nil : min(max(done, 0), 1)
    }
}
