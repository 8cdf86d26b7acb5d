/// Kubernetes' notation of amounts. The API server answers with the largest suffix that leaves a whole number, such as
/// `24k`, whatever it was given.
package enum ResourceQuantity {
    /// Any tenant's pod may request what no node has, and sums of such requests must not overflow.
    private static let largestCount = 1 << 30

    private static let factors = [
        "": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000, "P": 1_000_000_000_000_000,
        "E": 1_000_000_000_000_000_000,
        "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50, "Ei": 1 << 60,
    ]

    /// A count of indivisible things such as GPUs, 2^30 at most; 0 for anything but a whole number.
    package static func count(_ quantity: JSONValue?) -> Int {
        min(max(0, quantity.flatMap(Self.wholeNumber) ?? 0), Self.largestCount)
    }

    /// An integer, or a string of digits with a suffix or without; nil for anything else. `Int.max` when it is larger.
    static func wholeNumber(_ quantity: JSONValue) -> Int? {
        if let number = quantity.integer { return Int(number) }
        let text = quantity.string ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let factor = Self.factor(of: text.dropFirst(digits.count)) else { return nil }
        let product = Int(digits)?.multipliedReportingOverflow(by: factor)
        return product.flatMap { $0.overflow ? nil : $0.partialValue } ?? .max
    }

    private static func factor(of suffix: Substring) -> Int? {
        if let factor = Self.factors[String(suffix)] { return factor }
        guard suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst()),
            (0...18).contains(exponent)
        else { return nil }
        return (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
