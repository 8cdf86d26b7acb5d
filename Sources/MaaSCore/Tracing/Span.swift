/// A timed operation in a trace.
package struct Span: Sendable {
    /// OpenTelemetry's kinds, by their numbers in OTLP.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        /// Handles a request from outside.
        case server
        /// Waits for the response of another service.
        case client
    }

    package var name: String
    package var kind: Kind
    package let context: TraceContext
    /// The parent span's id; nil for the root of a trace.
    package let parent: String?
    package var start: Timestamp
    package var end: Timestamp?
    /// In order. No prompts, no keys.
    package var attributes: [(name: String, value: JSONValue)]
    /// The error, if there was one.
    package var failure: String?

    /// A child span of `parent`, with a new id unless `context` gives one.
    @LoopActor
    package init(
        _ name: String,
        kind: Kind = .internal,
        parent: TraceContext,
        context: TraceContext? = nil,
        start: Timestamp = .now(),
        end: Timestamp? = nil,
        attributes: [(name: String, value: JSONValue)] = [],
        failure: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.context = context ?? parent.child()
        self.parent = parent.spanID
        self.start = start
        self.end = end
        self.attributes = attributes
        self.failure = failure
    }

    /// The root span of a trace.
    package init(_ name: String, kind: Kind, root: TraceContext, start: Timestamp = .now()) {
        self.name = name
        self.kind = kind
        self.context = root
        self.parent = nil
        self.start = start
        self.attributes = []
    }
}
