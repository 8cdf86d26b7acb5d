/// A range of addresses with a common prefix: `10.0.0.0/8`, `fd00::/8`.
package struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    /// The prefix length in bits, of 128.
    private let prefix: Int

    /// Parses CIDR notation (RFC 4632); a single address is a network of one.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 && !parts[0].contains(":") ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        self.address = address
        self.prefix = 128 - width + length
    }

    package func contains(_ other: IPAddress) -> Bool {
        let whole = self.prefix / 8
        guard self.address.bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        let rest = self.prefix % 8
        return rest == 0 || (self.address.bytes[whole] ^ other.bytes[whole]) >> UInt8(8 - rest) == 0
    }
}
