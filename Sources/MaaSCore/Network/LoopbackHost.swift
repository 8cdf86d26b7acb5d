/// Recognizes hosts that name this machine itself.
///
/// A foreign page can make its own name resolve to 127.0.0.1 after loading (DNS rebinding), so that its browser
/// considers us the same origin. It cannot change the `Host` that the browser sends.
package enum LoopbackHost {
    /// Whether a `Host` header is `localhost`, an address of 127.0.0.0/8 or `[::1]`, with any port or none.
    package static func matches(header: String) -> Bool {
        let (name, port) = Self.split(header)
        guard port.utf8.allSatisfy(Self.isDigit) else { return false }
        return name == "[::1]" || !name.contains(":") && Self.matches(host: String(name))
    }

    /// Whether a host, without brackets or a port, is `localhost`, an address of 127.0.0.0/8 or `::1`.
    package static func matches(host: String) -> Bool {
        host.lowercased() == "localhost" || host == "::1" || Self.isLoopbackAddress(host)
    }

    private static func split(_ header: String) -> (name: Substring, port: Substring) {
        guard let colon = header.lastIndex(of: ":"), !header.hasSuffix("]") else { return (header[...], "") }
        return (header[..<colon], header[header.index(after: colon)...])
    }

    /// All four parts are checked: `127.example.com` is an ordinary host name.
    private static func isLoopbackAddress(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.utf8.allSatisfy(Self.isDigit) && UInt8($0) != nil }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
