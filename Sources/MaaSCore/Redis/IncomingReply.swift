internal import CHiredis
internal import Glibc

/// The reply that a connection is about to receive. hiredis's reader calls it for each element, in place of building a
/// tree of objects.
final class IncomingReply {
    /// What the reader's functions get: they are C functions, and this is where they write.
    private struct Target {
        var builder = RedisReplyBuilder()
        /// Stands for the whole reply. It has a kind and a text because hiredis looks at those of a reply to no
        /// command, which may be the error by which a server refuses one more connection. With subscriptions it would
        /// look into elements, too, of which this has none: ``RedisCommands`` refuses them.
        var object: UnsafeMutablePointer<redisReply>
    }

    private let target: UnsafeMutablePointer<Target>

    /// - Parameter reader: calls this from now on, and must not read any more when this is freed.
    init(of reader: UnsafeMutablePointer<redisReader>) {
        let object = UnsafeMutablePointer<redisReply>.allocate(capacity: 1)
        object.initialize(to: redisReply())
        self.target = .allocate(capacity: 1)
        self.target.initialize(to: Target(object: object))
        reader.pointee.fn = Self.functions
        reader.pointee.privdata = UnsafeMutableRawPointer(self.target)
    }

    deinit {
        let object = self.target.pointee.object
        free(object.pointee.str)
        object.deallocate()
        self.target.deinitialize(count: 1)
        self.target.deallocate()
    }

    /// The reply, once hiredis says that it is whole.
    func take() -> RedisReply { self.target.pointee.builder.take() }

    /// The reader keeps a pointer to them. Written once, here, and then only read.
    private nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { task, text, length in
                    IncomingReply.add(task) { target, task in
                        let start = UnsafeRawPointer(text)?.assumingMemoryBound(to: UInt8.self)
                        let bytes = UnsafeBufferPointer(start: start, count: length)
                        if task.type != REDIS_REPLY_ERROR { return target.pointee.builder.append(bytes) }
                        target.pointee.builder.append(error: bytes)
                        if let text, task.parent == nil { target.pointee.object.pointee.str = strndup(text, length) }
                    }
                },
                createArray: { task, count in
                    IncomingReply.add(task) { target, _ in target.pointee.builder.appendArray(of: Int(count)) }
                },
                createInteger: { task, integer in
                    IncomingReply.add(task) { target, _ in target.pointee.builder.append(integer) }
                },
                createNil: { task in
                    IncomingReply.add(task) { target, _ in target.pointee.builder.appendNull() }
                },
                // Nothing is its own: the object belongs to this class.
                freeObject: { _ in }
            )
        )
        return functions
    }()

    /// Returns the object that stands for the whole reply, also for an element: of those, hiredis only asks whether
    /// there is an object.
    private static func add(
        _ task: UnsafePointer<redisReadTask>?,
        _ append: (UnsafeMutablePointer<Target>, redisReadTask) -> Void
    ) -> UnsafeMutableRawPointer? {
        guard let task, let target = task.pointee.privdata?.assumingMemoryBound(to: Target.self) else { return nil }
        let object = target.pointee.object
        if task.pointee.parent == nil {
            free(object.pointee.str)
            object.pointee = redisReply()
            object.pointee.type = task.pointee.type
        }
        append(target, task.pointee)
        return UnsafeMutableRawPointer(object)
    }
}
