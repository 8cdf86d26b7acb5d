/// An error of PostgreSQL, of libpq or of this client, and whether retrying is safe.
package struct PostgresError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// libpq does not accept the connection URL.
        case configuration
        /// No connection was available in time; nothing was sent.
        case unavailable
        /// A new connection was refused or timed out.
        case connectionFailed
        /// The connection was lost after the query was sent: the outcome is unknown.
        case connectionLost
        /// The server refused the query; ``PostgresError/sqlState`` says why.
        case refused
        /// COMMIT rolled back, because a statement of the transaction had failed.
        case rolledBack
        /// A parameter cannot be stored, such as text with a NUL. Nothing was sent.
        case invalidParameter
        /// A column is missing, NULL, or of another type than requested.
        case unexpectedValue
        /// The migrations of this program and of the database differ.
        case migration
        /// The connection or the pool was closed by its owner.
        case closed
    }

    package let code: Code
    package let message: String
    /// The five characters of the server's error (PostgreSQL manual, appendix A).
    package let sqlState: String?
    /// The name of the violated constraint, if that was the error.
    package let constraint: String?

    package init(_ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
    }

    /// Whether nothing was changed and the same query may succeed later.
    package var isRetryable: Bool {
        switch self.code {
        case .unavailable, .connectionFailed: true
        case .refused: self.sqlState.map(Self.isTransient) ?? false
        default: false
        }
    }

    /// Whether a value caused the error: the query fails again unless the value is removed.
    ///
    /// Classes 22 (data exception), 23 (constraint violated) and 54 (a limit of the server exceeded).
    package var isCausedByValue: Bool {
        switch self.code {
        case .invalidParameter: true
        case .refused: self.sqlState.map { ["22", "23", "54"].contains(String($0.prefix(2))) } ?? false
        default: false
        }
    }

    /// Whether the statement timed out waiting for a lock; nothing was changed.
    package var isCausedByLock: Bool { self.sqlState == "55P03" }

    /// Whether the query may have been executed: resend it only if it is idempotent.
    package var isOutcomeUnknown: Bool { self.code == .connectionLost }

    /// Whether the server is read-only (25006): a replica, or set so by its operator.
    var isFromReplica: Bool { self.code == .refused && self.sqlState == "25006" }

    /// Classes 08 (connection), 40 (rolled back: serialization, deadlock), 53 (out of resources), 57 (operator:
    /// shutdown, timeout), 55P03 (lock not available) and 25006 (read-only; another connection may reach the primary).
    /// 0A000 and 26000 are reported for a prepared statement after a schema change or a session reset; it is then
    /// prepared again.
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
