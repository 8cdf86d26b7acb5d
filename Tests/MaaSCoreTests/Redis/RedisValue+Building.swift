@testable internal import MaaSCore

/// Replies as tests write them down, and compare them: an integer is not the string of its digits.
extension RedisValue: Equatable, CustomStringConvertible {
    static var null: Self { Self { $0.appendNull() } }
    static func integer(_ number: Int64) -> Self { Self { $0.append(number) } }
    static func string(_ text: String) -> Self { Self { $0.append(text) } }
    static func error(_ text: String) -> Self { Self { $0.append(error: text) } }

    static func array(_ values: [Self]) -> Self {
        Self { builder in
            builder.appendArray(of: values.count)
            for value in values { value.add(to: &builder) }
        }
    }

    static func == (left: Self, right: Self) -> Bool { left.description == right.description }

    /// As `redis-cli` shows it, on one line.
    var description: String {
        if let elements = self.array { return "\(elements)" }
        if let error = self.error { return "(error) \(error.debugDescription)" }
        if self.isNull { return "(nil)" }
        let text = self.string ?? ""
        return self.kind == "an integer" ? "(integer) \(text)" : text.debugDescription
    }

    private init(_ build: (inout RedisReplyBuilder) -> Void) {
        var builder = RedisReplyBuilder()
        build(&builder)
        self.init(builder.take())
    }

    private func add(to builder: inout RedisReplyBuilder) {
        if let elements = self.array {
            builder.appendArray(of: elements.count)
            for element in elements { element.add(to: &builder) }
        } else if let error = self.error {
            builder.append(error: error)
        } else if self.isNull {
            builder.appendNull()
        } else if self.kind == "an integer", let number = self.integer {
            builder.append(number)
        } else {
            builder.append(self.string ?? "")
        }
    }
}

extension RedisReplyBuilder {
    fileprivate mutating func append(_ text: String) {
        Array(text.utf8).withUnsafeBufferPointer { self.append($0) }
    }

    fileprivate mutating func append(error text: String) {
        Array(text.utf8).withUnsafeBufferPointer { self.append(error: $0) }
    }
}
