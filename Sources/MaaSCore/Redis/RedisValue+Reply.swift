internal import CHiredis

extension RedisValue {
    /// Copies `reply`, which hiredis continues to own.
    init(_ reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .string(Self.text(reply))
        case REDIS_REPLY_ERROR: self = .error(Self.text(reply))
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
            self = .array(elements.map { element in element.map { RedisValue($0.pointee) } ?? .null })
        default: self = .null
        }
    }

    private static func text(_ reply: redisReply) -> String {
        let bytes = UnsafeRawBufferPointer(start: reply.str, count: reply.len)
        return String(decoding: bytes, as: UTF8.self)
    }
}
