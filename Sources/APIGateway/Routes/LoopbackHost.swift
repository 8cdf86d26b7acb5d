/// Tells whether a `Host` header names this machine for itself.
///
/// A page of somebody else's can have its own name resolve to 127.0.0.1 once it is loaded (DNS rebinding) and is then of
/// our origin to its browser. What it cannot change is the name that its browser sends.
enum LoopbackHost {
    /// Whether `host` is `localhost`, an address of 127.0.0.0/8 or `[::1]`, with any port or none.
    static func matches(_ host: String) -> Bool {
        let (name, port) = self.split(host)
        guard port.utf8.allSatisfy(self.isDigit) else { return false }
        return name.lowercased() == "localhost" || name == "[::1]" || self.isLoopbackAddress(name)
    }

    private static func split(_ host: String) -> (name: Substring, port: Substring) {
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return (host[...], "") }
        return (host[..<colon], host[host.index(after: colon)...])
    }

    /// All four numbers count: `127.example.com` is anybody's.
    private static func isLoopbackAddress(_ name: Substring) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.utf8.allSatisfy(self.isDigit) && UInt8($0) != nil }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
