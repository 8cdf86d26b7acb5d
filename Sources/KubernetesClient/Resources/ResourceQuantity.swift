internal import MaaSCore

/// Kubernetes' way to write amounts.
enum ResourceQuantity {
    /// A count of things that cannot be divided, as GPUs are: a number, or a text of digits. Anything else is none.
    static func count(_ quantity: JSONValue?) -> Int {
        quantity?.integer.map { Int($0) } ?? quantity?.string.flatMap { Int($0) } ?? 0
    }
}
