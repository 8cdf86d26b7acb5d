/// The addresses that connections may go to.
///
/// A user-supplied URL must not make our services access what only they can reach (SSRF): the cluster's network, the
/// cloud's metadata, a database. Host names prove nothing, since they may resolve to any address, so the address is
/// checked when the connection is made.
package struct AddressPolicy: Sendable, Hashable {
    private let isPublicOnly: Bool
    private let exceptions: [IPNetwork]

    /// For operator-supplied addresses.
    package static let anywhere = AddressPolicy(isPublicOnly: false, exceptions: [])

    /// For user-supplied addresses: those reachable from the whole internet, and the operator's `exceptions`.
    package static func publicOnly(except exceptions: [IPNetwork] = []) -> AddressPolicy {
        AddressPolicy(isPublicOnly: true, exceptions: exceptions)
    }

    package func admits(_ address: IPAddress) -> Bool {
        !self.isPublicOnly || Self.isPublic(address) || self.exceptions.contains { $0.contains(address) }
    }

    /// By IANA's registries of special-purpose addresses (RFC 6890): all of them are rejected, including tunnels to
    /// IPv4 (6to4, Teredo, NAT64), which may embed a private address.
    private static func isPublic(_ address: IPAddress) -> Bool {
        if address.isIPv4 { return !Self.special4.contains { $0.contains(address) } }
        // Global unicast is 2000::/3 (RFC 4291 §2.4).
        return address.bytes[0] >> 5 == 0b001 && !Self.special6.contains { $0.contains(address) }
    }

    private static let special4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap(IPNetwork.init)

    private static let special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].compactMap(IPNetwork.init)
}
