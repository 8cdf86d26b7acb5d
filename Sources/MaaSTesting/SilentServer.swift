internal import Glibc

/// A server that accepts connections but never sends anything.
package final class SilentServer: Sendable {
    package let port: Int
    private let descriptor: CInt

    package init() throws {
        self.descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let status = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // The kernel completes the handshakes of connections in the backlog.
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        guard status else { throw SupportProgramError(name: "a socket to listen at") }
    }

    deinit { Glibc.close(self.descriptor) }
}
