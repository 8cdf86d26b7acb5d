/// The commands for Redis Streams that the services use.
extension RedisClient {
    /// `XADD`: adds an entry and returns its id.
    ///
    /// - Parameter maximumLength: trims the stream to about this many entries; Redis frees whole blocks only.
    @discardableResult
    package func addToStream(
        _ stream: String,
        fields: [(name: String, value: String)],
        maximumLength: Int? = nil
    ) async throws(RedisError) -> RedisStreamID {
        let command = Self.addition(to: stream, fields: fields, maximumLength: maximumLength)
        return try Self.streamID(await self.send(command))
    }

    /// `XADD` of many entries in one pipeline; throws if any of them fails.
    @discardableResult
    package func addToStream(
        _ stream: String,
        entries: [[(name: String, value: String)]],
        maximumLength: Int? = nil
    ) async throws(RedisError) -> [RedisStreamID] {
        if entries.isEmpty { return [] }
        let commands = entries.map { Self.addition(to: stream, fields: $0, maximumLength: maximumLength) }
        var ids: [RedisStreamID] = []
        for reply in try await self.pipeline(commands) {
            if let message = reply.error { throw RedisError(reply: message) }
            ids.append(try Self.streamID(reply))
        }
        return ids
    }

    /// `XREAD`: the entries of each stream after its cursor, oldest first.
    ///
    /// - Parameters:
    ///   - cursors: one for each of `streams`, in the same order.
    ///   - block: how long the server waits for an entry when there is none. It holds up other commands on the same
    ///     client, so a blocking reader needs a client of its own.
    package func readStreams(
        _ streams: [String],
        after cursors: [RedisStreamID],
        count: Int,
        block: Duration? = nil
    ) async throws(RedisError) -> [String: [RedisStreamEntry]] {
        let command =
            ["XREAD", "COUNT", String(count)] + Self.blocking(block) + ["STREAMS"] + streams
            + cursors.map(String.init(describing:))
        return try Self.streams(await self.send(command, timeout: self.timeout(blocking: block)))
    }

    /// `XREADGROUP … >`: entries not yet delivered to the group, which become pending for `consumer`.
    package func readGroup(
        _ group: String,
        consumer: String,
        streams: [String],
        count: Int,
        block: Duration? = nil
    ) async throws(RedisError) -> [String: [RedisStreamEntry]] {
        let command =
            ["XREADGROUP", "GROUP", group, consumer, "COUNT", String(count)] + Self.blocking(block)
            + ["STREAMS"] + streams + streams.map { _ in ">" }
        return try Self.streams(await self.send(command, timeout: self.timeout(blocking: block)))
    }

    /// ``readGroup(_:consumer:streams:count:block:)`` for one stream.
    package func readGroup(
        _ group: String,
        consumer: String,
        stream: String,
        count: Int,
        block: Duration? = nil
    ) async throws(RedisError) -> [RedisStreamEntry] {
        try await self.readGroup(group, consumer: consumer, streams: [stream], count: count, block: block)[stream] ?? []
    }

    /// `XREADGROUP` of the pending entries of `consumer` after `cursor`: those it read but did not acknowledge.
    package func readPending(
        _ group: String,
        consumer: String,
        stream: String,
        after cursor: RedisStreamID = .zero,
        count: Int
    ) async throws(RedisError) -> [RedisStreamEntry] {
        let command = [
            "XREADGROUP", "GROUP", group, consumer, "COUNT", String(count), "STREAMS", stream,
            String(describing: cursor),
        ]
        return try Self.streams(await self.send(command))[stream] ?? []
    }

    /// `XACK`: returns how many of `ids` were pending.
    @discardableResult
    package func acknowledge(
        _ group: String,
        stream: String,
        ids: [RedisStreamID]
    ) async throws(RedisError) -> Int {
        if ids.isEmpty { return 0 }
        return try Self.count(await self.send(["XACK", stream, group] + ids.map(String.init(describing:))))
    }

    /// `XAUTOCLAIM`: claims entries that have been pending for at least `idle`, for any consumer.
    package func autoClaim(
        _ group: String,
        consumer: String,
        stream: String,
        idle: Duration,
        from start: RedisStreamID = .zero,
        count: Int
    ) async throws(RedisError) -> RedisStreamClaim {
        let reply = try await self.send([
            "XAUTOCLAIM", stream, group, consumer, String(idle.wholeMilliseconds), String(describing: start),
            "COUNT", String(count),
        ])
        guard let parts = reply.array, parts.count >= 2, let entries = parts[1].array else {
            throw Self.unexpectedReply(reply)
        }
        return RedisStreamClaim(
            next: try Self.streamID(parts[0]),
            entries: try Self.entries(entries),
            lostCount: parts.count > 2 ? parts[2].array?.count ?? 0 : 0
        )
    }

    /// `XGROUP CREATE … MKSTREAM`: creates the group, and the stream if needed.
    ///
    /// - Parameter start: the group gets the entries after this one.
    /// - Returns: false when the group existed already.
    @discardableResult
    package func createGroup(
        _ group: String,
        stream: String,
        after start: RedisStreamID = .zero
    ) async throws(RedisError) -> Bool {
        do {
            _ = try await self.send(["XGROUP", "CREATE", stream, group, String(describing: start), "MKSTREAM"])
            return true
        } catch {
            if error.serverCode == "BUSYGROUP" { return false }
            throw error
        }
    }

    /// `XINFO STREAM`; nil when the stream does not exist.
    package func streamInfo(_ stream: String) async throws(RedisError) -> RedisStreamInfo? {
        let reply: RedisValue
        do {
            reply = try await self.send(["XINFO", "STREAM", stream])
        } catch {
            if error.code == .rejected && error.message.hasPrefix("ERR no such key") { return nil }
            throw error
        }
        guard let info = RedisStreamInfo(reply) else { throw Self.unexpectedReply(reply) }
        return info
    }
}

extension RedisClient {
    private static func addition(to stream: String, fields: [(name: String, value: String)], maximumLength: Int?)
        -> [String]
    {
        var command = ["XADD", stream]
        if let maximumLength { command += ["MAXLEN", "~", String(maximumLength)] }
        command.append("*")
        for (name, value) in fields {
            command.append(name)
            command.append(value)
        }
        return command
    }

    private static func blocking(_ block: Duration?) -> [String] {
        // BLOCK 0 would block forever, which no caller means by a duration that rounds to it.
        block.map { ["BLOCK", String(max(1, $0.wholeMilliseconds))] } ?? []
    }

    private func timeout(blocking block: Duration?) -> Duration {
        self.configuration.commandTimeout + (block ?? .zero)
    }

    /// Decodes `[[stream, [entry, …]], …]`; null means no entries.
    private static func streams(_ reply: RedisValue) throws(RedisError) -> [String: [RedisStreamEntry]] {
        if reply.isNull { return [:] }
        guard let parts = reply.array else { throw Self.unexpectedReply(reply) }
        var streams: [String: [RedisStreamEntry]] = [:]
        for part in parts {
            guard let pair = part.array, pair.count == 2, let name = pair[0].string, let entries = pair[1].array else {
                throw Self.unexpectedReply(reply)
            }
            streams[name] = try Self.entries(entries)
        }
        return streams
    }

    private static func entries(_ values: [RedisValue]) throws(RedisError) -> [RedisStreamEntry] {
        var entries: [RedisStreamEntry] = []
        entries.reserveCapacity(values.count)
        // Before version 7, Redis returns null for a claimed entry that was trimmed.
        for value in values where !value.isNull {
            guard let entry = RedisStreamEntry(value) else { throw Self.unexpectedReply(value) }
            entries.append(entry)
        }
        return entries
    }

    private static func streamID(_ reply: RedisValue) throws(RedisError) -> RedisStreamID {
        guard let id = reply.string.flatMap(RedisStreamID.init) else { throw Self.unexpectedReply(reply) }
        return id
    }

    private static func count(_ reply: RedisValue) throws(RedisError) -> Int {
        guard let count = reply.integer else { throw Self.unexpectedReply(reply) }
        return Int(count)
    }

    /// Names only the type of the reply: its content may be a user's.
    private static func unexpectedReply(_ reply: RedisValue) -> RedisError {
        RedisError(.unexpectedReply, "the reply is \(reply.kind), which the command does not promise")
    }
}
