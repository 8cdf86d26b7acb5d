internal import CLibpq
internal import MaaSCore

/// The hosts of a connection URL, resolved to addresses without blocking. libpq would resolve names with a blocking
/// call, which stalls the loop while the name server is down. The names are passed too, because certificates are
/// verified against them.
struct PostgresHosts {
    private struct Host {
        let name: String
        let port: String?
    }

    private let hosts: [Host]

    /// Nil when the URL gives the addresses itself, or no host.
    init?(url: String) {
        guard let options = PQconninfoParse(url, nil) else { return nil }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        guard let names = values["host"], !names.isEmpty, values["hostaddr"] == nil else { return nil }
        let ports = values["port"].map(Self.list) ?? []
        // A single port applies to all hosts.
        self.hosts = Self.list(names).enumerated().map { index, name in
            Host(name: name, port: ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : nil)
        }
    }

    /// Whether every given port is valid.
    var hasValidPorts: Bool {
        self.hosts.compactMap(\.port).allSatisfy { port in port.isEmpty || UInt16(port).map { $0 > 0 } ?? false }
    }

    /// The names to resolve, sorted. Paths of Unix sockets are none, nor is an empty host, which means libpq's default.
    var names: [String] { Set(self.hosts.map(\.name).filter(Self.isName)).sorted() }

    /// The settings for each found address, in order. libpq gets one address at a time: when polled, it tries the next
    /// only after the previous one has answered, which a dead one never does. Names without an address are left out.
    func candidates(_ found: [String: [String]]) -> [[(keyword: String, value: String)]] {
        self.hosts.flatMap { host in
            (Self.isName(host.name) ? found[host.name] ?? [] : [""]).map { address in
                [("host", host.name), ("hostaddr", address), ("port", host.port ?? "")]
            }
        }
    }

    private static func isName(_ host: String) -> Bool {
        !host.isEmpty && !host.hasPrefix("/") && !host.hasPrefix("@")
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}

extension PostgresHosts {
    /// Resolves the names and returns the settings for each address. Throws when there is no address at all.
    @LoopActor
    func candidates(within limit: Duration) async throws(PostgresError) -> [[(keyword: String, value: String)]] {
        let begun = LoopClock().now
        let names = self.names
        var found: [String: [String]] = [:]
        var failure: HostResolverError?
        for name in names {
            // A name that does not resolve must leave time for the others.
            let left = limit - (LoopClock().now - begun)
            do throws(HostResolverError) {
                found[name] = try await HostResolver.addresses(of: name, within: names.count > 1 ? left / 2 : left)
            } catch {
                failure = error
            }
        }
        if found.isEmpty, let failure { throw PostgresError(.connectionFailed, "\(failure)") }
        return self.candidates(found)
    }
}
