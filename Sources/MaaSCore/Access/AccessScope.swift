/// What a key lets its bearer do. None of them includes another one.
package enum AccessScope: String, Sendable, Hashable, CaseIterable {
    /// Make, cancel and delete what is the user's own.
    case submit
    /// Look at what is the user's own.
    case read
    /// Administer: users, pauses, everybody's keys, the audit log.
    case admin
}

extension Set<AccessScope> {
    /// What a key is made with when nobody says.
    package static var standard: Self { [.submit, .read] }

    /// Names with spaces between, as OAuth writes them (RFC 6749 §3.3); names that are unknown are left out.
    package init(words: String) {
        self.init(words.split(separator: " ").compactMap { AccessScope(rawValue: String($0)) })
    }

    /// The names, in the order of the declaration.
    package var names: [String] { AccessScope.allCases.filter(self.contains).map(\.rawValue) }
}
