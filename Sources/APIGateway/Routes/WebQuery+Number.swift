internal import MaaSControl

extension WebQuery {
    /// The number `name`, or `fallback` if absent. Adds a fault when it is not a number or is out of `range`.
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
