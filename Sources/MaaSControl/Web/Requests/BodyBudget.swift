internal import MaaSCore

/// The bytes of request bodies that a server holds in memory, all of them together: many that are each within their limit
/// could be more than the process may have.
@LoopActor
final class BodyBudget {
    let limit: Int
    /// Bytes held now.
    private(set) var used = 0

    /// Bytes of each body that do not count: who sends little must not wait for those who send much.
    nonisolated static let allowance = 16_384

    /// - Parameter limit: bytes.
    nonisolated init(limit: Int) { self.limit = limit }

    /// Whether there is no room, or less than none.
    var isUsedUp: Bool { self.used >= self.limit }

    /// Takes `count` bytes whether there is room for them or not.
    func overdraw(_ count: Int) { self.used += count }

    /// Returns whether there was room for `count` bytes more.
    func take(_ count: Int) -> Bool {
        guard self.used + count <= self.limit else { return false }
        self.used += count
        return true
    }

    func give(back count: Int) { self.used -= count }
}
