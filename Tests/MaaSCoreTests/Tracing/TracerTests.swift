@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Tracer", .timeLimit(.minutes(1)))
@LoopActor
struct TracerTests {
    private let logger = Logger(service: "test", level: .error)

    private func tracer(
        _ endpoint: String?,
        percent: Int = 100,
        metrics: Metrics = Metrics(),
        timeout: Duration = .seconds(5)
    ) -> Tracer {
        var settings = MaaSConfiguration.Tracing()
        settings.endpoint = endpoint
        settings.samplePercent = percent
        return Tracer(settings, service: "test", logger: self.logger, metrics: metrics, timeout: timeout)
    }

    @Test("A span in OTLP's JSON")
    func document() {
        let root = TraceContext(traceID: String(repeating: "a", count: 32), spanID: "00000000000000bb", isSampled: true)
        let span = Span(
            "wait",
            parent: root,
            context: TraceContext(traceID: root.traceID, spanID: "00000000000000cc", isSampled: true),
            start: Timestamp(milliseconds: 1_000),
            end: Timestamp(milliseconds: 1_250),
            attributes: [("maas.attempt", 2), ("maas.template", "demo"), ("maas.new", true)],
            failure: "GPU_OOM"
        )
        let document = SpanDocument(service: "dispatcher", version: "1", spans: [span]).json
        let resource = document["resourceSpans"]?[0]
        #expect(
            resource?["resource"]?["attributes"]?[0] == ["key": "service.name", "value": ["stringValue": "dispatcher"]]
        )
        let expected: JSONValue = [
            "traceId": .string(root.traceID), "spanId": "00000000000000cc", "parentSpanId": "00000000000000bb",
            "name": "wait", "kind": 1, "startTimeUnixNano": "1000000000", "endTimeUnixNano": "1250000000",
            "attributes": [
                ["key": "maas.attempt", "value": ["intValue": "2"]],
                ["key": "maas.template", "value": ["stringValue": "demo"]],
                ["key": "maas.new", "value": ["boolValue": true]],
            ],
            "status": ["code": 2, "message": "GPU_OOM"],
        ]
        #expect(resource?["scopeSpans"]?[0]?["spans"]?[0] == expected)
    }

    @Test("Spans arrive at a collector, including those left at the end")
    func sending() async throws {
        try await SupportProgram.withServer("collector.py") { port in
            let metrics = Metrics()
            let tracer = self.tracer("http://127.0.0.1:\(port)/", metrics: metrics)
            let begun = tracer.begin("submit", traceparent: nil)
            let span = try #require(begun)
            #expect(span.parent == nil)
            tracer.end(span)
            tracer.record(Span("child", parent: span.context, end: .now()))
            await tracer.stop()
            let http = HTTPClient()
            defer { http.close() }
            let answer = try await http.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/spans"))
            let spans = try JSONValue(parsing: answer.body).array ?? []
            #expect(spans.map { $0["name"]?.string } == ["submit", "child"])
            #expect(spans.allSatisfy { $0["traceId"]?.string == span.context.traceID })
            #expect(metrics.text.contains("\nmaas_spans_sent_total 2\n"))
        }
    }

    @Test("A client's trace is continued, and its sampling decision is respected")
    func parents() {
        let tracer = self.tracer("http://127.0.0.1:9", percent: 0)
        let parent = TraceContext.root(isSampled: true)
        let span = tracer.begin("submit", traceparent: "\(parent)")
        #expect(span?.parent == parent.spanID)
        #expect(span?.context.traceID == parent.traceID)
        #expect(span?.context.isSampled == true)
        #expect(tracer.begin("submit", traceparent: nil)?.context.isSampled == false)
        #expect(tracer.begin("submit", traceparent: "nonsense")?.parent == nil)
        #expect(self.tracer(nil).begin("submit", traceparent: "\(parent)") == nil)
    }

    @Test("A hanging collector delays a stop only once, however much is left to send")
    func hanging() async throws {
        let server = try SilentServer()
        let metrics = Metrics()
        let tracer = self.tracer("http://127.0.0.1:\(server.port)", metrics: metrics, timeout: .seconds(4))
        let root = TraceContext.root(isSampled: true)
        for _ in 0..<SpanQueue.limit { tracer.record(Span("x", parent: root, end: .now())) }
        let start = ContinuousClock.now
        await tracer.stop()
        // One batch may have been on its way, and one more is tried; there are four.
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(metrics.text.contains("\nmaas_spans_lost_total \(SpanQueue.limit)\n"))
    }

    @Test("Without a collector a bounded number of spans is kept, and nothing waits")
    func away() async {
        let metrics = Metrics()
        let tracer = self.tracer("http://127.0.0.1:9", metrics: metrics)
        let root = TraceContext.root(isSampled: true)
        let count = SpanQueue.limit + 1000
        for _ in 0..<count { tracer.record(Span("x", parent: root, end: .now())) }
        #expect(metrics.text.contains("\nmaas_spans_lost_total 1000\n"))
        await tracer.stop()
        #expect(metrics.text.contains("\nmaas_spans_lost_total \(count)\n"))
        #expect(metrics.text.contains("\nmaas_spans_sent_total 0\n"))
    }
}
