internal import Glibc
internal import MaaSCore

/// Names whose lookup hangs, as with an unreachable name server.
///
/// In test programs ``lookUp(_:_:_:_:)`` replaces the C library's `getaddrinfo`, for C libraries as well: this is the
/// only way to simulate a silent name server without changing the machine.
package enum SlowNames {
    /// Not found, after ``delay``.
    package static let host = "a.slow.test"
    package static let delay = Duration.seconds(3)
    /// The number of lookups begun.
    package static var lookUpCount: Int { Self.begun.withLock { $0 } }

    fileprivate static let begun = Locked(0)

    fileprivate typealias Function =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
            UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
        ) -> CInt

    /// The C library's own function. `RTLD_NEXT` is -1, a cast that Swift does not import.
    fileprivate static let original = unsafeBitCast(
        dlsym(UnsafeMutableRawPointer(bitPattern: -1), "getaddrinfo"),
        to: Function.self
    )
}

@_cdecl("getaddrinfo")
func lookUp(
    _ host: UnsafePointer<CChar>?,
    _ service: UnsafePointer<CChar>?,
    _ hints: UnsafePointer<addrinfo>?,
    _ found: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> CInt {
    if let host, strcmp(host, SlowNames.host) == 0 {
        SlowNames.begun.withLock { $0 += 1 }
        sleep(UInt32(SlowNames.delay.components.seconds))
        return EAI_AGAIN
    }
    return SlowNames.original(host, service, hints, found)
}
