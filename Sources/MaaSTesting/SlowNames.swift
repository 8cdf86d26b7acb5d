internal import Glibc
internal import MaaSCore

/// Names whose lookup hangs, as it does while the name server is away.
///
/// In test programs ``lookUp(_:_:_:_:)`` stands in the place of the C library's `getaddrinfo`, also for the C libraries:
/// nothing else makes a name server silent and leaves the machine as it is.
package enum SlowNames {
    /// Looked up for ``delay``, and not found.
    package static let host = "a.slow.test"
    package static let delay = Duration.seconds(3)
    /// How many lookups have begun.
    package static var lookUpCount: Int { Self.begun.withLock { $0 } }

    fileprivate static let begun = Locked(0)

    fileprivate typealias Function =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
            UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
        ) -> CInt

    /// The C library's own. `RTLD_NEXT` is -1, a cast that Swift does not import.
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
