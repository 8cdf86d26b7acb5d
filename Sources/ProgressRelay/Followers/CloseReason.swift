/// Why the relay ends a connection: codes of RFC 6455's private range. A client comes back after all but 4400.
struct CloseReason: Sendable, Hashable {
    let code: Int
    let text: String

    /// The replica goes away, or the connection is old enough. The number is how many milliseconds to wait, so that
    /// not all come back at once.
    static func draining(retry milliseconds: Int) -> Self { Self(code: 4001, text: "retry \(milliseconds)") }
    static let slow = Self(code: 4008, text: "too slow")
    static let resync = Self(code: 4010, text: "come back for the state as it is")
    static let rateLimited = Self(code: 4013, text: "too many operations")
    static let idle = Self(code: 4408, text: "nothing was subscribed to")
    static let badRequest = Self(code: 4400, text: "not an operation")
}
