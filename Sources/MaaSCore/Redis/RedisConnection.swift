internal import CHiredis
internal import Glibc

/// One connection: owns a hiredis context from the attempt to connect until hiredis frees it.
///
/// hiredis's libuv adapter is not used: it ignores errors reported by `uv_poll`, so a refused or reset connection would
/// hang, and it starts a poll for each write. Here an error counts as both readable and writable, and all commands of
/// one turn of the loop are written together at its end.
@LoopActor
final class RedisConnection {
    enum Event {
        case connected
        /// The server has become a replica. The connection stays open until it is closed.
        case demoted(RedisError)
        /// The connection has ended; not reported after ``close(_:)``.
        case ended(RedisError)
    }

    /// Replies received so far, which distinguishes a slow server from one that stopped answering.
    private(set) var replies = 0

    /// Nil as soon as hiredis begins to free it; must be reread after every call that may do so.
    private var context: UnsafeMutablePointer<redisAsyncContext>?
    private let incoming: IncomingReply
    private var watcher: DescriptorWatcher?
    private var interest: DescriptorWatcher.Events = []
    private var isConnected = false
    private var isFlushScheduled = false
    private var isFlushing = false
    private var closeReason: RedisError?
    private let handler: @LoopActor (Event) -> Void

    /// Starts connecting to a numeric address: hiredis would resolve a name with a blocking call.
    init(address: String, port: Int, handler: @escaping @LoopActor (Event) -> Void) throws(RedisError) {
        self.handler = handler
        guard let context = redisAsyncConnect(address, CInt(port)) else {
            throw RedisError(.unavailable, "out of memory")
        }
        guard context.pointee.err == 0 else {
            defer { redisAsyncFree(context) }
            throw Self.error(of: context, .unavailable)
        }
        // hiredis lets child processes inherit it: a generator would keep the connection open.
        _ = fcntl(context.pointee.c.fd, F_SETFD, FD_CLOEXEC)
        self.incoming = IncomingReply(of: context.pointee.c.reader)
        let watcher = DescriptorWatcher(descriptor: context.pointee.c.fd) { [weak self] in self?.handle($0) }
        guard let watcher else {
            redisAsyncFree(context)
            throw RedisError(.unavailable, "the socket cannot be watched")
        }
        self.context = context
        self.watcher = watcher
        self.attach(context)
    }

    /// Writes the request's commands; it finishes with the replies or the end of the connection.
    func send(_ request: RedisRequest) {
        guard let context = self.context, self.closeReason == nil else {
            request.fail(RedisError(.unavailable, "the connection is closed"))
            return
        }
        request.didWrite(repliesBefore: self.replies)
        request.commands.bytes.withUnsafeBytes { bytes in
            let commands = bytes.assumingMemoryBound(to: CChar.self)
            var start = 0
            for end in request.commands.ends {
                let retained = Unmanaged.passRetained(request)  // Released by the callback, or here if refused.
                let status = redisAsyncFormattedCommand(
                    context,
                    { context, reply, request in RedisConnection.didReply(context, reply, request) },
                    retained.toOpaque(),
                    commands.baseAddress.map { $0 + start },
                    end - start
                )
                if status != REDIS_OK {
                    retained.release()
                    request.fail(RedisError(.unavailable, "the connection is closing"))
                    return
                }
                start = end
            }
        }
    }

    /// Closes at once; requests in flight fail with `reason`.
    func close(_ reason: RedisError) {
        guard let context = self.context, self.closeReason == nil else { return }
        self.closeReason = reason
        redisAsyncFree(context)  // Within a reply's callback hiredis puts this off until that has returned.
    }

    // MARK: Callbacks of libuv

    private func handle(_ events: DescriptorWatcher.Events) {
        if events.contains(.readable), let context = self.context { redisAsyncHandleRead(context) }
        // Reading may have freed the context.
        if events.contains(.writable), let context = self.context { redisAsyncHandleWrite(context) }
    }

    private func flush() {
        self.isFlushScheduled = false
        guard let context = self.context else { return }
        self.isFlushing = true
        redisAsyncHandleWrite(context)
        self.isFlushing = false
    }

    // MARK: Callbacks of hiredis

    private func attach(_ context: UnsafeMutablePointer<redisAsyncContext>) {
        // Retains this object for the context; released in `cleanup`, which hiredis calls once before freeing the
        // context.
        context.pointee.ev.data = Unmanaged.passRetained(self).toOpaque()
        context.pointee.ev.addRead = { RedisConnection.enter($0) { $0.watch($0.interest.union(.readable)) } }
        context.pointee.ev.delRead = { RedisConnection.enter($0) { $0.watch($0.interest.subtracting(.readable)) } }
        context.pointee.ev.addWrite = { RedisConnection.enter($0) { $0.wantsToWrite() } }
        context.pointee.ev.delWrite = { RedisConnection.enter($0) { $0.watch($0.interest.subtracting(.writable)) } }
        context.pointee.ev.cleanup = { opaque in
            RedisConnection.enter(opaque) { $0.cleanUp() }
            if let opaque { Unmanaged<RedisConnection>.fromOpaque(opaque).release() }
        }
        // Comes last, because it also requests writability, by which hiredis notices that it is connected.
        redisAsyncSetConnectCallback(context) { context, status in
            // A failure is reported by `cleanup`, which follows.
            if status == REDIS_OK { RedisConnection.enter(context?.pointee.ev.data) { $0.didConnect() } }
        }
    }

    private func watch(_ events: DescriptorWatcher.Events) {
        self.interest = events
        self.watcher?.watch(events)
    }

    private func wantsToWrite() {
        // A request while flushing means that the socket took only part of the data.
        if !self.isConnected || self.isFlushing {
            self.watch(self.interest.union(.writable))
        } else if !self.isFlushScheduled && !self.interest.contains(.writable) {
            self.isFlushScheduled = true
            EventLoop.main.atEndOfTurn { self.flush() }
        }
    }

    private func didConnect() {
        self.isConnected = true
        if let context = self.context { redisEnableKeepAlive(&context.pointee.c) }
        self.handler(.connected)
    }

    private func cleanUp() {
        guard let context = self.context else { return }
        let error = Self.error(of: context, self.isConnected ? .connectionLost : .unavailable)
        self.context = nil
        self.watcher?.close()
        self.watcher = nil
        if self.closeReason == nil { self.handler(.ended(error)) }
    }

    private nonisolated static func didReply(
        _ context: UnsafeMutablePointer<redisAsyncContext>?,
        _ reply: UnsafeMutableRawPointer?,
        _ request: UnsafeMutableRawPointer?
    ) {
        guard let context, let request else { return }
        let connection = Unmanaged<RedisConnection>.fromOpaque(context.pointee.ev.data).takeUnretainedValue()
        let retained = Unmanaged<RedisRequest>.fromOpaque(request).takeRetainedValue()
        // A null reply means that the connection has ended.
        if reply != nil {
            LoopActor.assumeIsolated {
                let value = RedisValue(connection.incoming.take())
                connection.replies += 1
                retained.receive(value)
                connection.look(at: value)
            }
        } else {
            let error = Self.error(of: context, .connectionLost)
            LoopActor.assumeIsolated { retained.fail(connection.closeReason ?? error) }
        }
    }

    private func look(at reply: RedisValue) {
        guard let message = reply.error, self.closeReason == nil else { return }
        let error = RedisError(reply: message)
        if error.isFromReplica { self.handler(.demoted(error)) }
    }

    private nonisolated static func enter(
        _ opaque: UnsafeMutableRawPointer?,
        _ body: @LoopActor (RedisConnection) -> Void
    ) {
        guard let opaque else { return }
        let connection = Unmanaged<RedisConnection>.fromOpaque(opaque).takeUnretainedValue()
        LoopActor.assumeIsolated { body(connection) }
    }

    private nonisolated static func error(
        of context: UnsafeMutablePointer<redisAsyncContext>,
        _ code: RedisError.Code
    ) -> RedisError {
        let text = context.pointee.errstr.map { String(cString: $0) } ?? ""
        return RedisError(code, text.isEmpty ? "the connection was closed" : text)
    }
}
