/// Sends spans to a collector by OTLP over HTTP. Does nothing without an endpoint.
///
/// Callers never wait: spans are put into a bounded queue and sent in batches. Those that the collector does not take
/// are lost.
@LoopActor
package final class Tracer: Service {
    package nonisolated let name = "tracer"
    private let settings: MaaSConfiguration.Tracing
    private let service: String
    private let logger: Logger
    private var queue = SpanQueue()
    private var http: HTTPClient?
    private var timer: LoopTimer?
    private var isStopping = false
    private var sending: Task<Void, Never>?
    private var sentCount = 0
    private var lostCount = 0

    private let timeout: Duration

    private static let interval: Duration = .seconds(1)

    /// - Parameters:
    ///   - service: the service name of the spans.
    ///   - timeout: the time limit for a request to the collector.
    package init(
        _ settings: MaaSConfiguration.Tracing,
        service: String,
        logger: Logger,
        metrics: Metrics? = nil,
        timeout: Duration = .seconds(5)
    ) {
        self.timeout = timeout
        self.settings = settings
        self.service = service
        self.logger = logger
        guard settings.endpoint != nil else { return }
        metrics?.counter("maas_spans_sent_total", help: "Spans accepted by the collector.") { [weak self] in
            self.map { Double($0.sentCount) }
        }
        metrics?.counter("maas_spans_lost_total", help: "Spans dropped: buffer full or collector unavailable.") {
            [weak self] in self.map { Double($0.lostCount + $0.queue.dropped) }
        }
    }

    /// Whether tracing is enabled.
    package var isOn: Bool { self.settings.endpoint != nil }

    /// Begins the span of an incoming request. If the client's `traceparent` is nil or malformed, a new trace begins,
    /// which is sampled at the configured rate.
    ///
    /// - Returns: nil when tracing is disabled; pass the client's context on unchanged then.
    package func begin(_ name: String, traceparent: String?) -> Span? {
        guard self.isOn else { return nil }
        if let parent = traceparent.flatMap({ TraceContext($0) }) {
            return Span(name, kind: .server, parent: parent)
        }
        let isSampled = Int.random(in: 0..<100) < self.settings.samplePercent
        return Span(name, kind: .server, root: .root(isSampled: isSampled))
    }

    /// Queues a finished span. Ignores one that is not sampled or has no end.
    package func record(_ span: Span) {
        guard self.isOn, span.context.isSampled, span.end != nil else { return }
        self.queue.append(span)
        if self.queue.isDue {
            self.send()
        } else {
            let timer = self.timer ?? LoopTimer { [weak self] in self?.send() }
            self.timer = timer
            if !timer.isActive { timer.start(after: Self.interval) }
        }
    }

    /// Ends a span now and queues it.
    package func end(_ span: Span, failure: String? = nil) {
        var span = span
        span.end = .now()
        span.failure = failure
        self.record(span)
    }

    package func start() async throws {}

    /// Sends the remaining spans until the first failure, so that a hanging collector does not delay the shutdown.
    package func stop() async {
        self.isStopping = true
        self.timer?.close()
        self.timer = nil
        await self.sending?.value
        if !self.queue.isEmpty { await self.sendAll() }
        self.http?.close()
        self.http = nil
    }

    private func send() {
        guard self.sending == nil else { return }
        self.sending = LoopActor.later { await self.sendAll() }
    }

    private func sendAll() async {
        defer { self.sending = nil }
        guard let endpoint = self.settings.endpoint else { return }
        let http = self.http ?? HTTPClient()
        self.http = http
        while !self.queue.isEmpty {
            let batch = self.queue.takeBatch()
            let document = SpanDocument(service: self.service, version: MaaSVersion.current, spans: batch)
            var request = HTTPRequest(
                .post,
                (endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) + "/v1/traces",
                headers: ["Content-Type": "application/json"],
                body: document.json.encoded(),
                timeouts: HTTPTimeouts(connect: self.timeout, total: self.timeout)
            )
            if let authorization = self.settings.authorization { request.headers["Authorization"] = authorization }
            do throws(HTTPClientError) {
                let answer = try await http.send(request)
                if answer.isSuccess {
                    self.sentCount += batch.count
                    continue
                }
                self.lose(batch, because: "the collector answered \(answer.status)")
            } catch {
                self.lose(batch, because: error.message)
            }
        }
    }

    private func lose(_ batch: [Span], because reason: String) {
        var batch = batch
        while self.isStopping, !self.queue.isEmpty { batch += self.queue.takeBatch() }
        self.lostCount += batch.count
        self.logger.warning("spans were dropped", [.count: "\(batch.count)", .reason: reason])
    }
}
