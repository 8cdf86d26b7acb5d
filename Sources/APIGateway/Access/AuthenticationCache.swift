internal import MaaSCore

/// A short-lived cache of authenticated keys.
struct AuthenticationCache {
    private struct Entry {
        let caller: Caller?
        let expires: ContinuousClock.Instant
    }

    private var entries: [[UInt8]: Entry] = [:]

    /// Bounds how long a revoked key keeps working if its revocation was not received.
    private static let lifetime: Duration = .seconds(10)
    /// Shorter, because a rejected key may be created later.
    private static let refusalLifetime: Duration = .seconds(2)
    /// Bounds the memory that guessed keys can take.
    private static let limit = 10_000

    /// `.none` when the key is not cached; `.some(nil)` when it is known to be invalid.
    subscript(hash: [UInt8], now: ContinuousClock.Instant) -> Caller?? {
        get {
            guard let entry = self.entries[hash], entry.expires > now else { return .none }
            return .some(entry.caller)
        }
        set {
            guard let newValue else { return self.entries[hash] = nil }
            // Evicts invalid keys first, so that guessing does not slow down valid clients.
            if self.entries.count >= Self.limit {
                self.entries = self.entries.filter { $0.value.expires > now && $0.value.caller != nil }
            }
            if self.entries.count >= Self.limit { self.entries = [:] }
            let lifetime = newValue == nil ? Self.refusalLifetime : Self.lifetime
            self.entries[hash] = Entry(caller: newValue, expires: now + lifetime)
        }
    }

    /// Removes entries whose access was revoked.
    mutating func drop(_ revocation: Revocation) {
        self.entries = self.entries.filter { entry in
            guard let caller = entry.value.caller, caller.user == revocation.user else { return true }
            return revocation.key != nil && revocation.key != caller.key
        }
    }
}
