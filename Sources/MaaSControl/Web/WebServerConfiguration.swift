/// The address, limits and timeouts of a ``WebServer``.
package struct WebServerConfiguration: Sendable {
    /// Certificate and key, both PEM.
    package struct TLS: Sendable {
        package var certificatePath: String
        package var keyPath: String

        package init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// An IPv4 or IPv6 address; `0.0.0.0` is every IPv4 address of the machine.
    package var address: String
    /// 0 lets the kernel choose; see ``WebServer/port``.
    package var port: Int
    package var tls: TLS?
    /// Whether other processes may listen on the same address; the kernel then balances the connections.
    package var sharesPort = false

    /// The most open connections; further ones are closed at once.
    package var maximumConnections = 20_000
    /// The most bytes in a request's line and headers together.
    package var maximumHeaderBytes = 16_384
    /// The most bytes of a body buffered for the handler; beyond that, reading from the client pauses.
    package var bodyBufferBytes = 262_144
    /// The most bytes of all bodies held in memory; requests beyond that get 503.
    package var bodyBudgetBytes = 64 << 20
    /// Bytes of the largest body that a handler collects. Every user may hold as many if there is room:
    /// ``BudgetShares``.
    package var largestBodyBytes = 64 << 20
    /// The most bytes of all files of requests on disk; requests beyond that get 503.
    package var fileBudgetBytes = 1 << 30
    /// Bytes of all files of the largest request. Every user may hold as many if there is room.
    package var largestFileBytes = 64 << 20
    /// The most bytes of an incoming WebSocket message; a longer one is reported to
    /// ``WebSocketHandler/receivedTooMuch(on:)``.
    package var maximumMessageBytes = 65_536
    /// The most bytes queued for one WebSocket; ``WebSocketConnection/send(text:)`` refuses more.
    package var maximumQueuedBytes = 1_048_576

    /// The time limit for a request's complete headers.
    package var headerTimeout: Duration = .seconds(10)
    /// The time limit without receiving a byte of an expected body, or without being able to send one of a response.
    package var stallTimeout: Duration = .seconds(30)
    /// How long an idle connection is kept.
    package var idleTimeout: Duration = .seconds(75)
    /// The silence of a WebSocket's peer after which it is pinged; up to a quarter more.
    package var pingInterval: Duration = .seconds(25)
    /// A WebSocket with a ping that is unanswered for this long is ended.
    package var pongTimeout: Duration = .seconds(10)
    /// The interval between comments on a silent event stream.
    package var heartbeatInterval: Duration = .seconds(15)
    /// The time limit for requests in flight when the server stops: less than the 20 s that ``ServiceGroup`` gives it.
    package var drainTimeout: Duration = .seconds(18)

    package init(address: String = "127.0.0.1", port: Int = 0, tls: TLS? = nil) {
        self.address = address
        self.port = port
        self.tls = tls
    }
}
