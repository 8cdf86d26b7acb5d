internal import MaaSCore

/// Records what the programs of an attempt do, as parts of the task's trace.
@LoopActor
final class AttemptTrace {
    private let attempt: TraceContext
    private let tracer: Tracer

    /// How long a program's end may be held up by a collector that does not answer.
    private static let patience: Duration = .seconds(2)

    /// Returns nil where the template, or the service's operator, wants none: `TRACEPARENT` says under which span, and
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` where to.
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

    /// Takes in the stages of `span`, a program that has ended.
    func record(_ stages: StageTimes, of span: Span) {
        for stage in stages.closed(at: .now()) {
            self.tracer.record(Span(stage.stage.rawValue, parent: span.context, start: stage.start, end: stage.end))
        }
    }

    /// Ends a program's `span`, and sends what there is, for a moment.
    func finish(_ span: Span, failure: String? = nil) async {
        self.tracer.end(span, failure: failure)
        await self.tracer.stop()
    }
}
