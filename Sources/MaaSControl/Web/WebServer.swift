internal import CWebSockets  // Its header brings in poll.h, so pollfd may count as its member.
internal import Glibc
package import MaaSCore

/// An HTTP/1.1 and WebSocket server: libwebsockets on the event loop.
///
/// Stopping ends accepting, lets requests in flight finish for a while, closes WebSockets with 1001, and then the rest.
@LoopActor
package final class WebServer: Service {
    package nonisolated let name: String
    package let configuration: WebServerConfiguration
    package let router: Router

    private let logger: Logger
    private let metrics: WebMetrics?
    let budgets: RequestBudgets
    private var listener: TCPListener?
    private var context: ServerContext?
    private var connections: [ObjectIdentifier: WebConnection] = [:]
    /// Exchanges whose response is not complete.
    private var exchanges: [ObjectIdentifier: HTTPExchange] = [:]
    private var ticker: LoopTimer?
    private var pinger: WebSocketPinger?
    private var idleWaiter: CheckedContinuation<Void, Never>?
    private(set) var isStopping = false

    private static let tickInterval: Duration = .milliseconds(250)

    /// - Parameters:
    ///   - name: distinguishes the servers of a process in logs.
    ///   - metrics: where requests are counted; nil for not counting them.
    package init(
        _ configuration: WebServerConfiguration,
        name: String = "web server",
        router: Router,
        logger: Logger,
        metrics: Metrics? = nil
    ) {
        self.name = name
        self.configuration = configuration
        self.router = router
        self.logger = logger
        self.metrics = metrics.map(WebMetrics.init)
        self.budgets = RequestBudgets(configuration)
        metrics?.gauge("maas_http_connections", help: "Open connections, WebSockets among them.") { [weak self] in
            self.map { Double($0.connectionCount) }
        }
        if let metrics { self.budgets.register(in: metrics) }
    }

    /// The port the server listens on; 0 while it does not.
    package var port: Int { self.listener?.port ?? 0 }

    /// The number of open connections.
    package var connectionCount: Int { self.connections.count }

    package func start() async throws {
        let subprotocols = Set(self.router.webSocketRoutes.flatMap(\.subprotocols)).sorted()
        self.context = try ServerContext(self.configuration, subprotocols: subprotocols)
        self.listener = try TCPListener(
            address: self.configuration.address,
            port: self.configuration.port,
            isShared: self.configuration.sharesPort
        ) { [weak self] in self?.accept($0, from: $1) }
        self.ticker = LoopTimer { [weak self] in self?.tick() }
        self.pinger = WebSocketPinger(self.configuration)
        self.isStopping = false
        self.logger.info("listening", [.name: self.name, .address: "\(self.configuration.address):\(self.port)"])
    }

    package func stop() async {
        guard let context = self.context else { return }
        self.isStopping = true
        self.listener?.close()
        self.listener = nil
        for connection in self.connections.values {
            if connection.isIdle { connection.kill() }
            connection.webSocket?.close(code: 1001, reason: "going away")
        }
        for exchange in self.exchanges.values { exchange.endStream() }
        try? await withDeadline(self.configuration.drainTimeout) { await self.whenIdle() }
        for exchange in self.exchanges.values { exchange.abort() }
        self.ticker?.close()
        self.ticker = nil
        self.pinger?.close()
        self.pinger = nil
        await context.close()
        self.context = nil
    }

    private func whenIdle() async {
        while !self.connections.isEmpty, !Task.isCancelled {
            await withTaskCancellationHandler {
                // The last one may have ended before the handler was installed.
                if self.connections.isEmpty || Task.isCancelled { return }
                await withCheckedContinuation { self.idleWaiter = $0 }
            } onCancel: {
                LoopActor.later { self.idleWaiter.take()?.resume() }
            }
        }
    }

    // MARK: Connections

    var scratch: UnsafeMutableRawBufferPointer? { self.context?.scratch }

    private func accept(_ descriptor: CInt, from address: String) {
        guard let context = self.context, self.connections.count < self.configuration.maximumConnections else {
            close(descriptor)
            return
        }
        let connection = WebConnection(server: self, remoteAddress: address)
        self.connections[ObjectIdentifier(connection)] = connection
        if !context.adopt(descriptor, for: connection) { self.didClose(connection) }
    }

    func didOpen(_ socket: WebSocketConnection) {
        self.pinger?.add(socket)
        socket.didOpen()
    }

    func didClose(_ connection: WebConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
        if self.connections.isEmpty { self.idleWaiter.take()?.resume() }
    }

    func add(_ exchange: HTTPExchange) {
        if self.exchanges.isEmpty { self.ticker?.start(after: Self.tickInterval, repeating: Self.tickInterval) }
        self.exchanges[ObjectIdentifier(exchange)] = exchange
    }

    func remove(_ exchange: HTTPExchange) {
        self.exchanges[ObjectIdentifier(exchange)] = nil
        if self.exchanges.isEmpty { self.ticker?.stop() }
    }

    /// Makes the body of a request.
    ///
    /// - Parameter announcedCount: the announced bytes; nil when unknown.
    func makeBody(_ announcedCount: Int?) -> WebRequestBody {
        WebRequestBody(announcedCount, limit: self.configuration.bodyBufferBytes, budgets: self.budgets)
    }

    // MARK: Time

    private func tick() {
        let now = ContinuousClock.now
        for exchange in Array(self.exchanges.values) { exchange.tick(now) }
        self.detectDisconnects()
    }

    /// Polls the kernel, in one call, for clients that have left, or sent more, while their requests are handled.
    private func detectDisconnects() {
        let watched = self.exchanges.values.compactMap { exchange in exchange.question.map { (exchange, $0) } }
        guard !watched.isEmpty else { return }
        var questions = watched.map(\.1)
        guard poll(&questions, nfds_t(questions.count), 0) > 0 else { return }
        for (question, (exchange, _)) in zip(questions, watched) where question.revents != 0 {
            exchange.heard(question.revents)
        }
    }

    // MARK: Metrics and log

    /// Counts a request when its response begins: the duration of a stream is not our latency.
    func count(_ request: WebRequest, status: Int, since start: ContinuousClock.Instant) {
        self.metrics?.count(request, status: status, duration: ContinuousClock.now - start)
    }

    func log(
        _ request: WebRequest,
        status: Int,
        bytes: Int = 0,
        since start: ContinuousClock.Instant = .now
    ) {
        if status >= 500, let failure = request.failure {
            self.logger.error("request failed", [.request: request.id, .path: request.path, .error: "\(failure)"])
        }
        guard self.logger.level == .debug else { return }
        self.logger.debug(
            "request",
            [
                .request: request.id, .method: request.method.rawValue, .path: request.path, .status: "\(status)",
                .bytes: "\(bytes)", .duration: "\((ContinuousClock.now - start).wholeMilliseconds)",
                .address: request.remoteAddress,
            ]
        )
    }
}
