internal import MaaSCore

/// Kubernetes' notation of amounts.
enum ResourceQuantity {
    /// Any tenant's pod may request what no node has, and sums of such requests must not overflow.
    private static let largestCount = 1 << 30

    /// A count of indivisible things such as GPUs, 2^30 at most: an integer or a string of digits; 0 for
    /// anything else.
    static func count(_ quantity: JSONValue?) -> Int {
        let count = quantity?.integer.map { Int($0) } ?? quantity?.string.flatMap { Int($0) } ?? 0
        return min(max(0, count), Self.largestCount)
    }
}
