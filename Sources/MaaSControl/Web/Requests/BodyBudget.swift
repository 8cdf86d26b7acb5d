internal import MaaSCore

/// Limits the memory for request bodies of the whole server: many bodies within their own limits could together exceed
/// it.
@LoopActor
final class BodyBudget {
    let limit: Int
    /// Bytes held now.
    private(set) var used = 0

    /// Bytes of each body that do not count, so that small requests need not wait for large ones.
    nonisolated static let allowance = 16_384

    /// - Parameter limit: bytes.
    nonisolated init(limit: Int) { self.limit = limit }

    /// Whether the budget is used up or overdrawn.
    var isUsedUp: Bool { self.used >= self.limit }

    /// Takes `count` bytes even if that exceeds the limit.
    func overdraw(_ count: Int) { self.used += count }

    /// Takes `count` bytes; returns false when that would exceed the limit.
    func take(_ count: Int) -> Bool {
        guard self.used + count <= self.limit else { return false }
        self.used += count
        return true
    }

    func give(back count: Int) { self.used -= count }
}
