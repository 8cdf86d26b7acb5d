/// Statistics of samples.
enum Statistics {
    /// Jain, Chiu and Hawe's index of fairness (1984): 1 when all are equal, 1/n when one has all.
    static func fairness(_ shares: some Collection<Double>) -> Double {
        let sum = shares.reduce(0, +)
        let squares = shares.reduce(0) { $0 + $1 * $1 }
        return squares == 0 ? 0 : sum * sum / (Double(shares.count) * squares)
    }

    static func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// The quantile `part`, from 0 to 1.
    static func quantile(_ part: Double, of values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let index = Int((Double(values.count) * part).rounded(.up)) - 1
        return values.sorted()[max(0, min(index, values.count - 1))]
    }
}
