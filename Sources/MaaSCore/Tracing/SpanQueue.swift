/// A bounded queue of spans to send. When the collector is down, spans are lost instead of memory growing.
struct SpanQueue {
    static let limit = 2_048
    /// Spans sent in one request.
    static let batch = 512

    private var spans: [Span] = []
    /// Spans dropped because the queue was full.
    private(set) var dropped = 0

    var count: Int { self.spans.count }
    var isEmpty: Bool { self.spans.isEmpty }

    /// Whether a full batch is queued.
    var isDue: Bool { self.spans.count >= Self.batch }

    mutating func append(_ span: Span) {
        guard self.spans.count < Self.limit else {
            self.dropped += 1
            return
        }
        self.spans.append(span)
    }

    mutating func takeBatch() -> [Span] {
        let batch = Array(self.spans.prefix(Self.batch))
        self.spans.removeFirst(batch.count)
        return batch
    }
}
