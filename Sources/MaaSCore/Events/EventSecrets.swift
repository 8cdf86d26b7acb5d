/// The secret under which event tokens and tickets are made, and the one before it while it is being changed.
package struct EventSecrets: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What new ones are made under.
    package var current: String
    /// What those may be made under that are around still.
    package var previous: String?

    package init(_ current: String, previous: String? = nil) {
        self.current = current
        self.previous = previous
    }

    package init(stringLiteral secret: String) { self.init(secret) }

    /// Whether `isMade` is true of either. Both are tried, so that it shows in no time which it was.
    package func contains(_ isMade: (String) -> Bool) -> Bool {
        let isCurrent = isMade(self.current)
        let isPrevious = self.previous.map(isMade) ?? false
        return isCurrent || isPrevious
    }
}
