/// How a ``WebServer`` listens, and what it bears from a client.
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
    /// 0 lets the kernel choose; ``WebServer/port`` tells which.
    package var port: Int
    package var tls: TLS?
    /// Whether other processes may listen at the same address; the kernel then spreads the connections over them.
    package var sharesPort = false

    /// Connections held at once; one more is closed as it comes.
    package var maximumConnections = 20_000
    /// Bytes in a request's line and headers together.
    package var maximumHeaderBytes = 16_384
    /// Bytes of a body that may wait for the handler; beyond them the client is made to wait.
    package var bodyBufferBytes = 262_144
    /// Bytes of all bodies together that are held in memory; what goes beyond is refused with 503.
    package var bodyBudgetBytes = 64 << 20
    /// Bytes of one incoming WebSocket message; of a longer one ``WebSocketHandler/receivedTooMuch(on:)`` is told.
    package var maximumMessageBytes = 65_536
    /// Bytes that may wait in one WebSocket's queue; ``WebSocketConnection/send(text:)`` refuses what goes beyond.
    package var maximumQueuedBytes = 1_048_576

    /// Time for the headers of a request to arrive whole.
    package var headerTimeout: Duration = .seconds(10)
    /// Time without a byte of an expected body, or without room for a byte of an answer.
    package var stallTimeout: Duration = .seconds(30)
    /// Time a connection is kept without a request.
    package var idleTimeout: Duration = .seconds(75)
    /// Between two WebSocket pings on a silent connection; unanswered for 10 s they end it.
    package var pingInterval: Duration = .seconds(25)
    /// Between two comments on a silent event stream.
    package var heartbeatInterval: Duration = .seconds(15)
    /// Time for requests in flight to end when the server stops.
    package var drainTimeout: Duration = .seconds(10)

    package init(address: String = "127.0.0.1", port: Int = 0, tls: TLS? = nil) {
        self.address = address
        self.port = port
        self.tls = tls
    }
}
