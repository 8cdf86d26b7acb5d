/// Something that took a time, as part of a trace.
package struct Span: Sendable {
    /// OpenTelemetry's kinds, by their numbers in OTLP.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        /// Answers a request from outside.
        case server
        /// Waits for somebody else's answer.
        case client
    }

    package var name: String
    package var kind: Kind
    package let context: TraceContext
    /// The span it is part of; nil for the first of a trace.
    package let parent: String?
    package var start: Timestamp
    package var end: Timestamp?
    /// Names with values, in order. No prompts, no keys.
    package var attributes: [(name: String, value: JSONValue)]
    /// What went wrong, if something did.
    package var failure: String?

    /// A span of `parent`'s trace, with an id of its own unless `context` says which.
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

    /// The first span of a trace.
    package init(_ name: String, kind: Kind, root: TraceContext, start: Timestamp = .now()) {
        self.name = name
        self.kind = kind
        self.context = root
        self.parent = nil
        self.start = start
        self.attributes = []
    }
}
