/// The secret for event tokens, tickets and DashScope's upload policies, and its predecessor during a rotation.
package struct EventSecrets: Sendable, Hashable, ExpressibleByStringLiteral {
    /// Used for new ones.
    package var current: String
    /// Still accepted.
    package var previous: String?

    package init(_ current: String, previous: String? = nil) {
        self.current = current
        self.previous = previous
    }

    package init(stringLiteral secret: String) { self.init(secret) }

    /// Whether `isMade` holds for either. Both are always tried, so that timing does not reveal which.
    package func contains(_ isMade: (String) -> Bool) -> Bool {
        let isCurrent = isMade(self.current)
        let isPrevious = self.previous.map(isMade) ?? false
        return isCurrent || isPrevious
    }
}
