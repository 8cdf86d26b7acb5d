/// Why the relay closes a connection: close codes of RFC 6455's registry and of its private range. A client reconnects
/// after any code but 4400 and 4401.
struct CloseReason: Sendable, Hashable {
    let code: Int
    let text: String
    /// The delay in milliseconds before the client reconnects, random so that reconnects are spread.
    let retry: Int?

    private init(_ code: Int, _ text: String) {
        self.code = code
        self.text = text
        self.retry = nil
    }

    private init(_ code: Int, retry: Int) {
        self.code = code
        self.text = "retry \(retry)"
        self.retry = retry
    }

    /// The replica is shutting down.
    static func restarting() -> Self { Self(1012, retry: .random(in: 0...5000)) }
    /// The replica is overloaded.
    static func overloaded() -> Self { Self(1013, retry: .random(in: 5000...30_000)) }
    /// The connection has reached its maximum age; a reconnect needs a new ticket.
    static func aged() -> Self { Self(4001, retry: .random(in: 0...2000)) }

    static let slow = Self(4008, "too slow")
    static let resync = Self(4010, "reconnect for the current state")
    static let rateLimited = Self(4013, "too many operations")
    static let idle = Self(4408, "no subscription in time")
    static let badRequest = Self(4400, "not an operation")
    static let revoked = Self(4401, "access was revoked")
}
