/// Decodes typed, bounded values from an entry's fields.
struct TaskEventReader {
    private let fields: [(name: String, value: String)]

    init(_ fields: [(name: String, value: String)]) { self.fields = fields }

    /// The last field of that name. For a dozen fields a linear search is faster than building a dictionary.
    func value(_ field: TaskEvent.Field) -> String? {
        let name = field.rawValue
        // By index, which copies only names.
        let index = self.fields.indices.last { self.fields[$0].name == name }
        return index.map { self.fields[$0].value }
    }

    func required<T>(_ field: TaskEvent.Field, _ parse: (String) -> T?) throws(TaskEventError) -> T {
        guard let text = self.value(field), let value = parse(text) else {
            throw TaskEventError(field: field, found: self.value(field))
        }
        return value
    }

    // MARK: Numbers

    func bounded(_ field: TaskEvent.Field, _ range: ClosedRange<Int64>) throws(TaskEventError) -> Int64 {
        try self.required(field) { text in
            Int64(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func integer(
        _ field: TaskEvent.Field,
        _ range: ClosedRange<Int64> = TaskEventLimits.integer
    ) throws(TaskEventError) -> Int {
        Int(try self.bounded(field, range))
    }

    func optionalInteger(
        _ field: TaskEvent.Field,
        _ range: ClosedRange<Int64> = TaskEventLimits.integer
    ) throws(TaskEventError) -> Int? {
        self.value(field) == nil ? nil : try self.integer(field, range)
    }

    func percent() throws(TaskEventError) -> Double {
        try self.required(.percent) { text in
            Double(text).flatMap { (0...100).contains($0) ? $0 : nil }
        }
    }

    // MARK: Texts

    /// A name of at most `limit` bytes without control characters.
    func text(_ field: TaskEvent.Field, limit: Int) throws(TaskEventError) -> String {
        try self.required(field) { text in
            text.utf8.count <= limit && !text.utf8.contains(where: Self.isControl) ? text : nil
        }
    }

    func optionalText(_ field: TaskEvent.Field, limit: Int) throws(TaskEventError) -> String? {
        self.value(field) == nil ? nil : try self.text(field, limit: limit)
    }

    /// A message for people. It is sanitized and truncated rather than rejected, because it may come with a final event
    /// that must not be lost.
    func message() -> String? { self.value(.message).map(TaskEventLimits.cleaned) }

    func failure() throws(TaskEventError) -> TaskFailure {
        guard let message = self.message() else { throw TaskEventError(field: .message, found: nil) }
        return TaskFailure(
            code: try self.text(.code, limit: TaskEventLimits.code),
            message: message,
            isRetryable: self.value(.retryable) == "1",
            exitCode: try self.optionalInteger(.exitCode, TaskEventLimits.exitCode)
        )
    }

    /// PostgreSQL stores no NUL, and the others do not belong in a name or a message.
    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
