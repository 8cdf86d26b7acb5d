internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks/{id}/logs`: the output of a generation.
@LoopActor
struct LogRoutes {
    let authenticator: Authenticator
    let store: TaskStore
    let objects: ObjectStore
    let ends: TaskEndWatch
    /// Each followed log is polled once a second and fetched whole when it has grown, as long as its task runs.
    private let followers = UserSlots(limit: 64, code: "too_many_followed_logs", retryAfter: 5) {
        "you are following \($0) logs, the most allowed at once: stop following one first"
    }
    /// The poll interval of a followed log. The pod stores it at most every two seconds, without a notification; only
    /// the task's end is notified.
    private static let interval: Duration = .seconds(1)

    func add(to router: Router) {
        router.get("/v1/tasks/{id}/logs") { try await self.logs($0) }
    }

    private func logs(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        try request.query.allow(["attempt", "follow"])
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        let attempt = try Self.attempt(request, of: row)
        if try Self.isFollowed(request) {
            let tail = LogTail(attempt: attempt, standing: row.logStanding)
            try self.followers.check(user)
            return Self.plain(
                .stream { stream in
                    try await self.followers.withSlot(of: user) {
                        try await self.ends.withBell(for: row.id) { end in
                            try await self.follow(tail, of: row.id, user: user, request, to: stream, until: end)
                        }
                    }
                }
            )
        }
        let number = attempt ?? row.attempt
        if let log = try await self.log(of: row.id, attempt: number) { return Self.plain(.bytes(log.bytes)) }
        if number == row.attempt, !row.state.isTerminal { return Self.plain(.bytes([])) }
        throw WebError(status: 404, code: "no_log", message: "the attempt has left no output")
    }

    /// Follows until the task is over or access is revoked: a task may wait for hours.
    private func follow(
        _ tail: LogTail,
        of task: TaskID,
        user: String,
        _ request: WebRequest,
        to stream: ResponseStream,
        until end: LoopBell
    ) async throws {
        var tail = tail
        var entityTag: String?
        var shown = 0
        while try await self.authenticator.stillKnows(request), let row = try await self.store.task(task, user: user) {
            if tail.attempt != shown { (entityTag, shown) = (nil, tail.attempt) }
            let key = OutputKey.log(task: task, attempt: tail.attempt)
            // Fetched only when it has changed.
            if let info = try await self.objects.head(key), info.entityTag == nil || info.entityTag != entityTag {
                let isAll = try await self.sendMore(&tail, of: task, to: stream)
                // A slow client holds one part in memory, and no log: that is fetched again for the next part.
                try await stream.drain()
                guard isAll else { continue }
                entityTag = info.entityTag
            }
            let (isOver, line) = tail.isOver(by: row.logStanding)
            if let line { try await stream.write(Array(line.utf8)) }
            if isOver { return }
            await end.wait(atMost: Self.interval)
            try Task.checkCancellation()
        }
    }

    /// Sends the next part of the log, as much as the stream queues; returns whether that was the last one.
    private func sendMore(_ tail: inout LogTail, of task: TaskID, to stream: ResponseStream) async throws -> Bool {
        guard let log = try await self.log(of: task, attempt: tail.attempt) else { return true }
        try await stream.write(tail.take(log, atMost: ResponseStream.queueLimit))
        return tail.hasAll(of: log)
    }

    /// Nil when nothing is stored yet.
    private func log(of task: TaskID, attempt: Int) async throws -> OutputLog? {
        do throws(ObjectStoreError) {
            let key = OutputKey.log(task: task, attempt: attempt)
            return OutputLog(decoding: try await self.objects.get(key, maximumSize: OutputLog.encodedLimit))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    // MARK: The request

    /// The requested attempt; nil means the current one.
    private static func attempt(_ request: WebRequest, of row: TaskRow) throws -> Int? {
        guard let text = request.query["attempt"] else { return nil }
        guard let number = Int(text), number >= 1, number <= row.attempt else {
            let right = row.attempt == 0 ? "left out: there is no attempt yet" : "from 1 to \(row.attempt)"
            throw WebError.invalid([.init("attempt", "must be \(right)")])
        }
        return number
    }

    private static func isFollowed(_ request: WebRequest) throws -> Bool {
        switch request.query["follow"] {
        case nil, "false": return false
        case "", "true": return true
        default: throw WebError.invalid([.init("follow", "must be true or false")])
        }
    }

    /// Ensures that browsers show the output as text, whatever it contains.
    private static func plain(_ body: WebResponse.Body) -> WebResponse {
        WebResponse(
            status: 200,
            headers: [
                "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store", "X-Accel-Buffering": "no",
            ],
            body: body
        )
    }
}

extension TaskRow {
    fileprivate var logStanding: LogTail.Standing {
        LogTail.Standing(attempt: self.attempt, isOver: self.state.isTerminal)
    }
}
