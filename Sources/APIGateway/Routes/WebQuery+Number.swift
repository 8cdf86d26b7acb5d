internal import MaaSControl

extension WebQuery {
    /// The number under `name`, or `fallback` without one. Notes a fault when it is no number or out of `range`.
    func number(
        _ name: String,
        in range: ClosedRange<Int>,
        default fallback: Int,
        _ faults: inout [WebError.Field]
    ) -> Int {
        guard let text = self[name] else { return fallback }
        if let number = Int(text), range.contains(number) { return number }
        faults.append(.init(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
        return fallback
    }
}
