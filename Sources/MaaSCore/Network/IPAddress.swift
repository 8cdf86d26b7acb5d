internal import Glibc

/// An IPv4 or IPv6 address. An IPv4 address and the same one mapped into IPv6 (`::ffff:10.0.0.1`) are equal.
package struct IPAddress: Sendable, Hashable {
    /// In network order; IPv4 in its mapped form (RFC 4291 §2.5.5.2).
    package let bytes: [UInt8]

    static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    package var isIPv4: Bool { self.bytes.starts(with: Self.mappedPrefix) }

    /// Parses `10.0.0.1` or `2001:db8::1`, and no alternative notation: no hexadecimal, no missing parts.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.bytes = Self.mappedPrefix + withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }

    /// The address in a `struct sockaddr`; nil for other address families.
    init?(socketAddress raw: UnsafeRawPointer) {
        switch Int32(raw.loadUnaligned(as: sa_family_t.self)) {
        // The port follows the family, and in `sockaddr_in6` the flow information precedes the address.
        case AF_INET: self.bytes = Self.mappedPrefix + UnsafeRawBufferPointer(start: raw + 4, count: 4)
        case AF_INET6: self.bytes = Array(UnsafeRawBufferPointer(start: raw + 8, count: 16))
        default: return nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        let source = self.isIPv4 ? Array(self.bytes.suffix(4)) : self.bytes
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(self.isIPv4 ? AF_INET : AF_INET6, source, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
