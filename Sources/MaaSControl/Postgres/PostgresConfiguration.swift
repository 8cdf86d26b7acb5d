internal import CLibpq

/// Where the database is and how patient to be with it.
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
    /// The longest a statement waits for a row or a table that somebody else holds; nil for no limit but its own.
    package var lockTimeout: Duration?
    /// Shown in `pg_stat_activity`.
    package var applicationName = "maas"

    /// Checks `url`, and throws what libpq has to say about it.
    package init(url: String) throws(PostgresError) {
        guard !url.utf8.contains(0) else { throw PostgresError(.configuration, "the URL holds a NUL") }
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
        // Found here: libpq would show it with each try to connect, and it may be the beginning of a password.
        guard PostgresHosts(url: url)?.hasValidPorts != false else {
            throw PostgresError(
                .configuration,
                "the port is none from 1 to 65535; in a password the characters / : @ are written %2F %3A %40"
            )
        }
        self.url = url
    }

    /// Up to what is quoted of the URL, in which a password may stand. Single characters and names of options are none.
    private static func withoutQuotation(_ message: String) -> String {
        if message.hasPrefix("invalid URI query parameter:") { return message }
        let pieces = message.split(separator: "\"", omittingEmptySubsequences: false)
        guard let first = pieces.indices.first(where: { $0 % 2 == 1 && pieces[$0].count > 1 }) else { return message }
        return pieces[..<first].joined(separator: "\"") + "…"
    }

    /// libpq's settings by keyword. What comes before `dbname` (the URL) is a default the URL may change.
    var settings: [(keyword: String, value: String)] {
        [
            ("application_name", self.applicationName),
            // A peer that vanished is noticed in half a minute, not in two hours.
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
            // libpq looks for a Kerberos ticket on disk first, which blocks.
            ("gssencmode", "disable"),
            // Of several hosts, the primary. What a failover has left behind is worse than none: it would serve, and refuse
            // each write.
            ("target_session_attrs", "read-write"),
            ("dbname", self.url),
            ("client_encoding", "UTF8"),
        ]
    }

    /// libpq ends its messages with a line break.
    static func trimmed(_ message: String) -> String {
        let end = message.lastIndex { !$0.isNewline && $0 != " " }
        return end.map { String(message[...$0]) } ?? ""
    }
}
