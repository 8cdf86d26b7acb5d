internal import MaaSCore

/// What is known of keys, for a while.
struct AuthenticationCache {
    private struct Entry {
        let caller: Caller?
        let expires: ContinuousClock.Instant
    }

    private var entries: [[UInt8]: Entry] = [:]

    /// Also how long a revoked key goes on working where its revocation was not heard of.
    private static let lifetime: Duration = .seconds(10)
    /// A key that was refused may have been made since.
    private static let refusalLifetime: Duration = .seconds(2)
    /// Guessed keys must not fill the memory.
    private static let limit = 10_000

    /// `.none` when nothing is known; `.some(nil)` when the key is known to be bad.
    subscript(hash: [UInt8], now: ContinuousClock.Instant) -> Caller?? {
        get {
            guard let entry = self.entries[hash], entry.expires > now else { return .none }
            return .some(entry.caller)
        }
        set {
            guard let newValue else { return self.entries[hash] = nil }
            // Guesses give way first: who guesses must not slow down those who have keys.
            if self.entries.count >= Self.limit {
                self.entries = self.entries.filter { $0.value.expires > now && $0.value.caller != nil }
            }
            if self.entries.count >= Self.limit { self.entries = [:] }
            let lifetime = newValue == nil ? Self.refusalLifetime : Self.lifetime
            self.entries[hash] = Entry(caller: newValue, expires: now + lifetime)
        }
    }

    /// Forgets those whose access has ended.
    mutating func drop(_ revocation: Revocation) {
        self.entries = self.entries.filter { entry in
            guard let caller = entry.value.caller, caller.user == revocation.user else { return true }
            return revocation.key != nil && revocation.key != caller.key
        }
    }
}
