/// Spans that wait to be sent: a bounded number. A collector that is away costs spans, not memory.
struct SpanQueue {
    static let limit = 2_048
    /// Spans sent in one request.
    static let batch = 512

    private var spans: [Span] = []
    /// Spans for which there was no room.
    private(set) var dropped = 0

    var count: Int { self.spans.count }
    var isEmpty: Bool { self.spans.isEmpty }

    /// Whether a whole batch waits.
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
