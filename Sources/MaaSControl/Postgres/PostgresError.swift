/// What went wrong between us and PostgreSQL, and whether trying again is safe.
package struct PostgresError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// The connection URL is not one libpq understands.
        case configuration
        /// There was no connection in time; nothing was sent.
        case unavailable
        /// A new connection was refused, or not finished in time.
        case connectionFailed
        /// The connection was lost after the query was sent: the outcome is unknown.
        case connectionLost
        /// The server refused the query; ``PostgresError/sqlState`` says why.
        case refused
        /// The transaction had failed already when it was to be committed; it was rolled back.
        case rolledBack
        /// A parameter cannot be stored: text with a NUL, say. Nothing was sent.
        case invalidParameter
        /// A column is missing, null, or of another type than was asked for.
        case unexpectedValue
        /// The migrations of this program and of the database disagree.
        case migration
        /// The connection or the pool was closed by its owner.
        case closed
    }

    package let code: Code
    package let message: String
    /// The five characters of the server's error (PostgreSQL manual, appendix A).
    package let sqlState: String?
    /// The violated constraint, when that is what the server complained about.
    package let constraint: String?

    package init(_ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
    }

    /// Whether nothing was changed and the same query may well succeed later.
    package var isRetriable: Bool {
        switch self.code {
        case .unavailable, .connectionFailed: true
        case .refused: self.sqlState.map(Self.isTransient) ?? false
        default: false
        }
    }

    /// Whether a value is at fault: the same query fails again, and the same without that value does not.
    ///
    /// Classes 22 (data exception), 23 (constraint violated) and 54 (a limit of the server exceeded).
    package var isCausedByValue: Bool {
        switch self.code {
        case .invalidParameter: true
        case .refused: self.sqlState.map { ["22", "23", "54"].contains(String($0.prefix(2))) } ?? false
        default: false
        }
    }

    /// Whether a row or a table was held by somebody else for longer than the statement was to wait; nothing was changed.
    package var isCausedByLock: Bool { self.sqlState == "55P03" }

    /// Whether the query may or may not have been carried out: only an idempotent one may be sent again.
    package var isOutcomeUnknown: Bool { self.code == .connectionLost }

    /// Whether the server takes no writes (25006): it was demoted, or its operator has closed it to them.
    var isFromReplica: Bool { self.code == .refused && self.sqlState == "25006" }

    /// Classes 08 (connection), 40 (rolled back: serialisation, deadlock), 53 (out of resources), 57 (operator: shutdown,
    /// time-out), 55P03 (lock not available) and 25006 (no writes here; elsewhere they are taken). 0A000 and 26000 are what
    /// a prepared statement answers after the schema changed or the session was reset; it is prepared afresh the next time.
    private static func isTransient(_ sqlState: String) -> Bool {
        ["08", "40", "53", "57"].contains(String(sqlState.prefix(2)))
            || ["55P03", "25006", "0A000", "26000"].contains(sqlState)
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        let state = self.sqlState.map { " (SQLSTATE \($0))" } ?? ""
        return "\(self.code): \(self.message)\(state)"
    }
}
