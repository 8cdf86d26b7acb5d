@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

/// What a pod may add to the stream by the user that all pods share, and by the token of its own attempt.
@Suite(
    "Hostile events",
    .enabled(if: TestEnvironment.redisURL != nil && TestEnvironment.databaseURL != nil),
    .timeLimit(.minutes(1))
)
@LoopActor
struct HostileEventTests {
    @Test("A value that PostgreSQL rejects blocks nothing, on arrival or later")
    func refusedValue() async throws {
        try await RelayScope.with { relay in
            let (bad, good, failed) = (
                try await relay.runningTask(), try await relay.runningTask(), try await relay.runningTask()
            )
            // Nothing that passes the door is refused by a column, so this constraint stands for what will be one day.
            let rule = "CHECK (id <> '\(bad)' OR step <> 77) NOT VALID"
            let adding = "ALTER TABLE tasks ADD CONSTRAINT hostile_\(bad) \(rule)"
            let dropping = "ALTER TABLE tasks DROP CONSTRAINT hostile_\(bad)"
            // Without the relay's limit on the wait for locks.
            let database = try PostgresConfiguration(url: TestEnvironment.databaseURL ?? "")
            let owner = try await PostgresConnection.connect(database)
            defer { owner.close() }
            try await owner.execute(PostgresQuery(adding))
            try await relay.say(Samples.progress(77), of: bad)
            try await relay.say(Samples.progress(40), of: good)
            let wide = TaskProgress(stage: .denoising, step: 3_000_000_000, percent: 90)
            try await relay.say(.progress(wide), of: good)
            try await relay.say(.failed(TaskFailure(code: "CRASHED", message: "a\u{0}b")), of: failed)
            try await relay.untilAcknowledged()
            try await owner.execute(PostgresQuery(dropping))
            #expect(try await relay.store.task(bad)?.progress?.step == nil)
            #expect(try await relay.store.task(good)?.progress?.percent == 40)
            #expect(try await relay.store.task(failed)?.failure?.message == "a b")
            #expect(relay.writer.problem == nil)
        }
    }

    @Test("A row that cannot be read holds up neither the end nor the follower of another task")
    func unreadableRow() async throws {
        try await RelayScope.with { relay in
            let bad = try await relay.runningTask()
            var good = try await relay.runningTask()
            while relay.streams.shard(of: good) != relay.streams.shard(of: bad) {
                good = try await relay.runningTask()
            }
            try await relay.store.pool.execute("UPDATE tasks SET input = '{}' WHERE id = \(bad.description)")
            let (_, client) = await relay.follower(of: "ada", bad, good)
            // In any order: the rows were looked up together.
            let answers = [await client.next("err", "sub"), await client.next("err", "sub")]
            #expect(answers.first { $0?["t"] == "err" }??["code"] == "not_found")
            #expect(answers.first { $0?["t"] == "err" }??["task"]?.string == bad.description)
            #expect(answers.first { $0?["t"] == "sub" }??["task"]?.string == good.description)
            #expect(relay.lookUps == [2], "both rows are read by one statement")
            #expect(client.closed == nil, "it follows other tasks")
            for task in [bad, good] { try await relay.say(.succeeded(Samples.result(of: task)), of: task) }
            #expect(await client.next("end")?["status"] == "COMPLETED")
            try await relay.untilAcknowledged()
            #expect(relay.writer.problem == nil)
            #expect(try await relay.store.task(good)?.state == .completed)
            try await relay.store.pool.execute("UPDATE tasks SET input = NULL WHERE id = \(bad.description)")
            #expect(try await relay.store.task(bad)?.state == .completed)
        }
    }

    @Test("Another task's video cannot be delivered")
    func foreignKey() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            try await relay.say(.succeeded(Samples.result(of: .make())), of: task)
            try await relay.untilAcknowledged()
            #expect(try await relay.store.task(task)?.state == .running)
        }
    }

    @Test(
        "A forged id: the stream is renewed, followers are reset, and events continue",
        arguments: ["18446744073709551614-0", "18446744073709551615-18446744073709551615"]
    )
    func runaway(id: String) async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            let epoch = relay.hub.epoch
            try await relay.redis.send("XADD", relay.streams.stream(of: task), id, "a", "b")
            #expect(await client.next("reset") != nil)
            #expect(relay.hub.epoch != epoch)
            #expect(await client.next("sub")?["mode"] == "reset")
            try await relay.say(Samples.progress(40), of: task)
            #expect(await client.next("ev")?["data"]?["percent"] == 40)
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            #expect(await client.next("end")?["status"] == "COMPLETED")
            try await relay.untilAcknowledged()
        }
    }

    @Test(
        "A forged sequence number, which later entries do not exceed: the end arrives all the same",
        arguments: [UInt64.max, 131_071]
    )
    func runawaySequence(sequence: UInt64) async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (stream, shard) = (relay.streams.stream(of: task), relay.streams.shard(of: task))
            let epoch = relay.hub.epoch(of: shard)
            let forged = RedisStreamID(milliseconds: UInt64(Timestamp.now().milliseconds) + 50_000, sequence: sequence)
            try await relay.redis.send("XADD", stream, "\(forged)", "a", "b")
            var (_, client) = await relay.follower(of: "ada", task)
            // Once the entry was read, who comes stands where it is.
            while let sub = await client.next("sub"), sub["seq"]?.integer != EventPosition(forged).value {
                try await LoopClock().sleep(for: .milliseconds(5))
                (_, client) = await relay.follower(of: "ada", task)
            }
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            #expect(await client.next("end")?["status"] == "COMPLETED")
            #expect(relay.hub.epoch(of: shard) != epoch)
        }
    }

    @Test("Thousands of events in one millisecond are as they should be, and so are those of a renewed stream")
    func burst() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let stream = relay.streams.stream(of: task)
            let (_, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            let epoch = relay.hub.epoch
            let filling = """
                local first = redis.call('XADD', KEYS[1], '*', 'a', 'b')
                local now, number = string.match(first, '^(%d+)-(%d+)$')
                for i = 1, 3999 do redis.call('XADD', KEYS[1], now .. '-' .. (number + i), 'a', 'b') end
                """
            try await relay.redis.send("EVAL", filling, "1", stream)
            try await relay.say(Samples.progress(10), of: task)
            #expect(await client.next("ev", "reset")?["data"]?["percent"] == 10)
            #expect(relay.hub.epoch == epoch)
            try await relay.redis.send("EVAL", filling, "1", stream)
            try await relay.redis.send("XADD", stream, "18446744073709551615-0", "a", "b")
            #expect(await client.next("reset") != nil)
            #expect(await client.next("sub") != nil)
            try await relay.say(Samples.progress(20), of: task)
            #expect(await client.next("ev", "reset")?["data"]?["percent"] == 20)
            #expect(relay.metrics.text.contains(#"maas_relay_heals_total{reason="ahead"} 1"#))
        }
    }

    @Test("A final event in the runaway stream is not lost with it")
    func kept() async throws {
        try await RelayScope.with { relay in
            await relay.writer.stop()
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            try await relay.redis.send("XADD", relay.streams.stream(of: task), "18446744073709551615-0", "a", "b")
            _ = await client.next("reset")
            let other = relay.makeWriter()
            try await other.start()
            #expect(await client.next("end")?["status"] == "COMPLETED")
            await other.stop()
        }
    }
}
