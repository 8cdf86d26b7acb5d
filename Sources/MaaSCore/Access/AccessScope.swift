/// A permission of an API key. No scope includes another.
package enum AccessScope: String, Sendable, Hashable, CaseIterable {
    /// Create, cancel and delete the user's own tasks.
    case submit
    /// Read the user's own tasks.
    case read
    /// Administer: users, pauses, everybody's keys, the audit log.
    case admin
}

extension Set<AccessScope> {
    /// The scopes of a key created without any.
    package static var standard: Self { [.submit, .read] }

    /// Parses names separated by spaces, as in OAuth (RFC 6749 §3.3); unknown names are ignored.
    package init(words: String) {
        self.init(words.split(separator: " ").compactMap { AccessScope(rawValue: String($0)) })
    }

    /// The names, in the order of the declaration.
    package var names: [String] { AccessScope.allCases.filter(self.contains).map(\.rawValue) }
}
