internal import CLibpq

/// The database's URL, and the timeouts for using it.
package struct PostgresConfiguration: Sendable {
    /// `postgres://user:password@host:port/database?option=…`, as libpq reads it. It may hold a password: never log it.
    package let url: String
    /// Connections a process keeps open.
    package var connections = 4
    /// The longest a new connection may take.
    package var connectTimeout: Duration = .seconds(5)
    /// The longest a query waits for a connection before it is sent.
    package var acquireTimeout: Duration = .seconds(5)
    /// The longest the server works on one statement; nil for no limit.
    package var statementTimeout: Duration? = .seconds(15)
    /// The longest a statement waits for a lock on a row or a table; nil for no limit of its own.
    package var lockTimeout: Duration?
    /// Shown in `pg_stat_activity`.
    package var applicationName = "maas"

    /// Checks `url`, and throws libpq's message if it is invalid.
    package init(url: String) throws(PostgresError) {
        guard !url.utf8.contains(0) else { throw PostgresError(.configuration, "the URL contains a NUL") }
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw PostgresError(.configuration, "the URL must begin with postgres://")
        }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            defer { PQfreemem(message) }
            let text = message.map { Self.trimmed(String(cString: $0)) }
            throw PostgresError(.configuration, text.map(Self.withoutQuotation) ?? "out of memory")
        }
        PQconninfoFree(options)
        // Checked here because libpq would report an invalid port on each attempt to connect, and it may be the
        // beginning of a password.
        guard PostgresHosts(url: url)?.hasValidPorts != false else {
            throw PostgresError(
                .configuration,
                "the port must be from 1 to 65535; in a password, write / : @ as %2F %3A %40"
            )
        }
        self.url = url
    }

    /// The message up to its first quotation from the URL, which may hold a password. Single characters and option
    /// names are harmless.
    private static func withoutQuotation(_ message: String) -> String {
        if message.hasPrefix("invalid URI query parameter:") { return message }
        let pieces = message.split(separator: "\"", omittingEmptySubsequences: false)
        guard let first = pieces.indices.first(where: { $0 % 2 == 1 && pieces[$0].count > 1 }) else { return message }
        return pieces[..<first].joined(separator: "\"") + "…"
    }

    /// libpq's settings by keyword. Those before `dbname` (the URL) are defaults that the URL can override.
    var settings: [(keyword: String, value: String)] {
        [
            ("application_name", self.applicationName),
            // Detects a dead peer within half a minute instead of two hours.
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
            // Otherwise libpq looks for a Kerberos ticket on disk, which blocks.
            ("gssencmode", "disable"),
            // Selects the primary of several hosts. Without it, a server demoted by a failover would accept the
            // connection and then refuse every write.
            ("target_session_attrs", "read-write"),
            ("dbname", self.url),
            ("client_encoding", "UTF8"),
        ]
    }

    /// Removes the line break that ends libpq's messages.
    static func trimmed(_ message: String) -> String {
        let end = message.lastIndex { !$0.isNewline && $0 != " " }
        return end.map { String(message[...$0]) } ?? ""
    }
}
