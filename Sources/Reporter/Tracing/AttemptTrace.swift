internal import MaaSCore

/// Records the programs of an attempt as spans of the task's trace.
@LoopActor
final class AttemptTrace {
    private let attempt: TraceContext
    private let tracer: Tracer

    /// How long an unresponsive collector may delay a program's end.
    private static let patience: Duration = .seconds(2)

    /// Returns nil when tracing is off in the template or the service: `TRACEPARENT` gives the parent span, and
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` the collector.
    init?(_ context: ReporterContext) {
        guard let text = context.environment["TRACEPARENT"], let attempt = TraceContext(text), attempt.isSampled,
            let endpoint = context.environment["OTEL_EXPORTER_OTLP_ENDPOINT"]
        else { return nil }
        var settings = MaaSConfiguration.Tracing()
        settings.endpoint = endpoint
        self.attempt = attempt
        self.tracer = Tracer(settings, service: "reporter", logger: context.logger, timeout: Self.patience)
    }

    /// Begins a span of the attempt.
    func begin(_ name: String) -> Span { Span(name, parent: self.attempt) }

    /// Records the stages of `span`, a program that has ended.
    func record(_ stages: StageTimes, of span: Span) {
        for stage in stages.closed(at: .now()) {
            self.tracer.record(Span(stage.stage.rawValue, parent: span.context, start: stage.start, end: stage.end))
        }
    }

    /// Ends a program's `span`, and sends all spans, up to a time limit.
    func finish(_ span: Span, failure: String? = nil) async {
        self.tracer.end(span, failure: failure)
        await self.tracer.stop()
    }
}
