internal import CLibpq
internal import MaaSCore

/// The hosts of a URL, of which libpq is given the addresses: it would look a name up with a call that blocks the loop for
/// as long as the name server is away. The names go with them, for certificates are checked against those.
struct PostgresHosts {
    private struct Host {
        let name: String
        let port: String?
    }

    private let hosts: [Host]

    /// Nil for a URL that says itself to which address, or to no host.
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
        // One port stands for all of them.
        self.hosts = Self.list(names).enumerated().map { index, name in
            Host(name: name, port: ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : nil)
        }
    }

    /// Whether every port there is is one.
    var hasValidPorts: Bool {
        self.hosts.compactMap(\.port).allSatisfy { port in port.isEmpty || UInt16(port).map { $0 > 0 } ?? false }
    }

    /// What has to be looked up, sorted. The path of a Unix socket is no name, nor is an empty text, which is libpq's default.
    var names: [String] { Set(self.hosts.map(\.name).filter(Self.isName)).sorted() }

    /// What libpq is to be told when these addresses were found, for each by itself and in order: polled, libpq goes to the
    /// next address only when the one before it has answered, and one that is gone does not. A name without any is left out.
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
    /// Looks the names up, and returns what libpq is to be told of each address. Throws when there is no address at all.
    @LoopActor
    func candidates(within limit: Duration) async throws(PostgresError) -> [[(keyword: String, value: String)]] {
        let begun = LoopClock().now
        let names = self.names
        var found: [String: [String]] = [:]
        var failure: HostResolverError?
        for name in names {
            // A name that nobody answers for must leave time for the others.
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
