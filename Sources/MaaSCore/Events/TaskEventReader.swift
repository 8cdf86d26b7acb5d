/// Decodes typed, bounded values from an entry's fields.
struct TaskEventReader {
    private let fields: RedisFields
    /// Where the next search starts. Producers write fields in the order in which they are read, so that most searches
    /// end with the first comparison.
    private var start = 0

    init(_ fields: RedisFields) { self.fields = fields }

    /// The first field of that name from ``start`` on, or else before it.
    mutating func value(_ field: TaskEvent.Field) -> String? {
        guard let position = self.fields.position(of: field.rawValue, from: self.start) else { return nil }
        self.start = position + 1
        return self.fields.value(at: position)
    }

    /// nil when the field is missing.
    mutating func optional<T>(_ field: TaskEvent.Field, _ parse: (String) -> T?) throws(TaskEventError) -> T? {
        guard let text = self.value(field) else { return nil }
        guard let value = parse(text) else { throw TaskEventError(field: field, found: text) }
        return value
    }

    mutating func required<T>(_ field: TaskEvent.Field, _ parse: (String) -> T?) throws(TaskEventError) -> T {
        guard let value = try self.optional(field, parse) else { throw TaskEventError(field: field, found: nil) }
        return value
    }

    // MARK: Numbers

    mutating func bounded(_ field: TaskEvent.Field, _ range: ClosedRange<Int64>) throws(TaskEventError) -> Int64 {
        try self.required(field) { Self.number($0, in: range) }
    }

    mutating func integer(_ field: TaskEvent.Field) throws(TaskEventError) -> Int {
        Int(try self.bounded(field, TaskEventLimits.integer))
    }

    mutating func optionalInteger(
        _ field: TaskEvent.Field,
        _ range: ClosedRange<Int64> = TaskEventLimits.integer
    ) throws(TaskEventError) -> Int? {
        try self.optional(field) { Self.number($0, in: range) }.map { Int($0) }
    }

    mutating func percent() throws(TaskEventError) -> Double {
        try self.required(.percent) { text in
            Double(text).flatMap { (0...100).contains($0) ? $0 : nil }
        }
    }

    // MARK: Texts

    /// A name of at most `limit` bytes without control characters.
    mutating func text(_ field: TaskEvent.Field, limit: Int) throws(TaskEventError) -> String {
        try self.required(field) { Self.name($0, limit: limit) }
    }

    mutating func optionalText(_ field: TaskEvent.Field, limit: Int) throws(TaskEventError) -> String? {
        try self.optional(field) { Self.name($0, limit: limit) }
    }

    /// A message for people. It is sanitized and truncated rather than rejected, because it may come with a final event
    /// that must not be lost.
    mutating func message() -> String? { self.value(.message).map(TaskEventLimits.cleaned) }

    mutating func failure() throws(TaskEventError) -> TaskFailure {
        let code = try self.text(.code, limit: TaskEventLimits.code)
        guard let message = self.message() else { throw TaskEventError(field: .message, found: nil) }
        return TaskFailure(
            code: code,
            message: message,
            isRetryable: self.value(.retryable) == "1",
            exitCode: try self.optionalInteger(.exitCode, TaskEventLimits.exitCode)
        )
    }

    // MARK: Files

    mutating func result() throws(TaskEventError) -> TaskResult {
        TaskResult(
            key: try self.text(.key, limit: TaskEventLimits.key),
            size: try self.bounded(.size, 0 ... .max),
            sha256: try self.optionalText(.sha256, limit: TaskEventLimits.sha256),
            width: try self.optionalInteger(.width),
            height: try self.optionalInteger(.height),
            frames: try self.optionalInteger(.frames),
            durationMilliseconds: try self.optionalInteger(.duration)
        )
    }

    // MARK: Parsing

    private static func number(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        Int64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func name(_ text: String, limit: Int) -> String? {
        text.utf8.count <= limit && !text.utf8.contains(where: Self.isControl) ? text : nil
    }

    /// PostgreSQL stores no NUL, and the others do not belong in a name or a message.
    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
