internal import Glibc

/// The parts of this machine's file system that every container sees, read only: programs and libraries, and what they
/// need of `/etc`. No home directory, no configuration, no state of services.
struct HostRoot: Sendable, Hashable {
    /// One entry of a container's root.
    enum Entry: Sendable, Hashable {
        case bind(String)
        case symlink(path: String, target: String)
    }

    let entries: [Entry]

    /// Reads this machine's layout: with a merged `/usr`, `/bin` and `/lib` are links.
    static func local() -> HostRoot {
        HostRoot(
            entries: Self.paths.compactMap { path in
                if let target = Self.readLink(path) { return .symlink(path: path, target: target) }
                return access(path, R_OK) == 0 ? .bind(path) : nil
            } + Self.etc.filter { access($0, R_OK) == 0 }.map { .bind($0) }
        )
    }

    private static let paths = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/sys"]

    private static let etc = [
        "/etc/alternatives", "/etc/ca-certificates", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf",
        "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf", "/etc/protocols",
        "/etc/resolv.conf", "/etc/services", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/timezone",
        "/var/cache/fontconfig",
    ]

    private static func readLink(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            // The allocation is never empty, so it has an address.
            let count = readlink(path, buffer.baseAddress!, buffer.count)
            return count > 0 ? String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self) : nil
        }
    }
}
