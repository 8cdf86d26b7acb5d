@testable internal import MaaSCore

extension TaskEvent {
    /// Parses fields as they are written.
    init(fields: [(name: String, value: String)]) throws(TaskEventError) {
        let values = fields.flatMap { [RedisValue.string($0.name), .string($0.value)] }
        try self.init(fields: RedisValue.array(values).fields ?? RedisFields())
    }
}
