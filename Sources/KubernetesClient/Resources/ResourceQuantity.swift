internal import MaaSCore

/// Kubernetes' notation of amounts.
enum ResourceQuantity {
    /// A count of indivisible things such as GPUs: an integer or a string of digits; 0 for anything else.
    static func count(_ quantity: JSONValue?) -> Int {
        quantity?.integer.map { Int($0) } ?? quantity?.string.flatMap { Int($0) } ?? 0
    }
}
