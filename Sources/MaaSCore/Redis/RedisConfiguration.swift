/// The address, credentials and timeouts for a Redis server.
package struct RedisConfiguration: Sendable, Hashable {
    package var host: String
    package var port: Int
    /// The ACL user; nil for the server's `default` user.
    package var username: String?
    package var password: String?
    /// The number `SELECT`ed on each connection.
    package var database: Int
    /// The time limit for connecting, authenticating and selecting.
    package var connectTimeout: Duration = .seconds(5)
    /// How long a command waits for its reply, including the wait for a connection.
    package var commandTimeout: Duration = .seconds(5)

    package init(
        host: String = "127.0.0.1",
        port: Int = 6379,
        username: String? = nil,
        password: String? = nil,
        database: Int = 0
    ) {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.database = database
    }

    /// Parses `redis://[user[:password]@]host[:port][/database]`; user and password are percent-encoded.
    ///
    /// - Throws: ``RedisError/Code/invalidConfiguration`` naming the invalid part, never showing the password.
    package init(url: String) throws(RedisError) {
        guard let scheme = url.firstRange(of: "://") else {
            throw Self.fault("has no scheme; it starts with redis://")
        }
        switch url[..<scheme.lowerBound].lowercased() {
        case "redis": break
        case "rediss":
            throw Self.fault(
                "asks for TLS (rediss://), which hiredis 0.14 does not have: use redis:// in a private network or a tunnel"
            )
        default: throw Self.fault("has an unknown scheme; it starts with redis://")
        }

        let rest = url[scheme.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.fault("has a query or a fragment; write those characters percent-encoded in a password")
        }
        let path = rest.firstIndex(of: "/")
        let authority = rest[..<(path ?? rest.endIndex)]
        let at = authority.lastIndex(of: "@")
        let (host, port) = try Self.address(authority[(at.map(authority.index(after:)) ?? authority.startIndex)...])
        self.init(host: host, port: port)
        if let at { (self.username, self.password) = try Self.credentials(authority[..<at]) }
        if let path { self.database = try Self.database(rest[rest.index(after: path)...]) }
    }

    private static func address(_ text: Substring) throws(RedisError) -> (host: String, port: Int) {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else {
                throw Self.fault("has a host that opens [ and never closes it")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw Self.fault("has something other than :port after ]") }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { throw Self.fault("has no host") }
        guard let port else { return (String(host), 6379) }
        guard let number = UInt16(port), number > 0 else { throw Self.fault("has a port that is not 1 to 65535") }
        return (String(host), Int(number))
    }

    private static func credentials(_ text: Substring) throws(RedisError) -> (username: String?, password: String?) {
        let colon = text.firstIndex(of: ":")
        let username = try Self.percentDecoded(text[..<(colon ?? text.endIndex)])
        let password = try colon.map { (colon) throws(RedisError) in
            try Self.percentDecoded(text[text.index(after: colon)...])
        }
        return (username.isEmpty ? nil : username, password)
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
        if text.isEmpty { return 0 }
        guard let number = UInt16(text) else { throw Self.fault("has a database that is not a number") }
        return Int(number)
    }

    private static func percentDecoded(_ text: Substring) throws(RedisError) -> String {
        guard let decoded = PercentEncoding.decode(text) else {
            throw Self.fault("has a user or password whose percent-encoding is malformed")
        }
        return decoded
    }

    private static func fault(_ what: String) -> RedisError {
        RedisError(.invalidConfiguration, "the Redis URL \(what)")
    }
}

extension RedisConfiguration {
    /// From the section `redis` of services.yaml.
    package init(_ section: MaaSConfiguration.Redis) throws(RedisError) {
        try self.init(url: section.url)
        self.connectTimeout = section.connectTimeout
        self.commandTimeout = section.commandTimeout
    }
}
