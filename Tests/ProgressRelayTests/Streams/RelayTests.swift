@testable internal import MaaSControl
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

@Suite(
    "Relay",
    .enabled(if: TestEnvironment.redisURL != nil && TestEnvironment.databaseURL != nil),
    .timeLimit(.minutes(1))
)
@LoopActor
struct RelayTests {
    @Test("From the stream to the client and the database: progress, then the end, which REST then shows, too")
    func way() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            #expect(await client.next("hello")?["epoch"]?.string == relay.hub.epoch)
            let snapshot = await client.next("sub", "err")
            #expect(snapshot?["mode"] == "snapshot")
            #expect(snapshot?["data"]?["status"] == "RUNNING")
            try await relay.say(Samples.progress(40), of: task)
            #expect(await client.next("ev")?["data"]?["percent"] == 40)
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            let end = await client.next("end")
            #expect(end?["status"] == "COMPLETED")
            #expect(end?["result"]?["sha256"] == "ab")
            let row = try #require(try await relay.store.task(task))
            #expect(row.state == .completed)
            #expect(row.result == Samples.result(of: task))
            try await relay.untilAcknowledged()
            #expect(relay.metrics.text.contains(#"maas_attempts_ended_total{state="COMPLETED",code=""} 1"#))
        }
    }

    @Test("Another user's task and one that does not exist get the same answer")
    func ownership() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask(of: "grace")
            let (_, client) = await relay.follower(of: "ada", task, TaskID.make())
            var answers: [JSONValue?] = [await client.next("sub", "err"), await client.next("sub", "err")]
            for index in answers.indices { answers[index]?["task"] = nil }
            #expect(answers[0] == answers[1])
            #expect(answers[0]?["code"] == "not_found")
        }
    }

    @Test("Forged events, stale attempts, repeats and malformed entries change nothing and are acknowledged")
    func refused() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            try await relay.say(.succeeded(Samples.result(of: task)), of: task, forged: true)
            try await relay.say(Samples.progress(90), of: task, attempt: 0)
            try await relay.redis.addToStream(relay.streams.stream(of: task), fields: [("task_id", "x")])
            let said = try await relay.say(Samples.progress(10), of: task)
            #expect(await client.next("ev", "end")?["data"]?["percent"] == 10)
            try await relay.repeats(said, of: task)
            try await relay.say(Samples.progress(11), of: task)
            #expect(await client.next("ev", "end")?["data"]?["percent"] == 11)
            try await relay.untilAcknowledged()
            #expect(try await relay.store.task(task)?.state == .running)
            // The stale one is known as such once a newer attempt was heard of.
            for (outcome, count) in [("forged", 1), ("malformed", 1), ("stale", 1), ("repeated", 1), ("told", 2)] {
                #expect(relay.metrics.text.contains(#"maas_relay_events_total{outcome="\#(outcome)"} \#(count)"#))
            }
            for reader in ["followers", "writer"] {
                #expect(relay.metrics.text.contains(#"maas_relay_stream_lag_seconds_count{reader="\#(reader)"} "#))
            }
        }
    }

    @Test("A returning client gets exactly what it missed")
    func resume() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (first, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            try await relay.say(Samples.progress(10), of: task)
            let seen = try #require(await client.next("ev")?["seq"]?.integer)
            relay.hub.remove(first)
            try await relay.say(Samples.progress(20), of: task)
            try await relay.say(Samples.progress(30, .decoding), of: task)
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            try await relay.untilAcknowledged()
            let from = #","from":{"epoch":"\#(relay.hub.epoch)","seq":\#(seen)}"#
            let (_, again) = await relay.follower(of: "ada", task, from: from)
            #expect(await again.next("sub")?["mode"] == "resumed")
            #expect(await again.next("ev")?["data"]?["percent"] == 20)
            #expect(await again.next("ev")?["data"]?["stage"] == "decoding")
            #expect(await again.next("end")?["status"] == "COMPLETED")
            let (_, stranger) = await relay.follower(of: "ada", task, from: #","from":{"epoch":"other","seq":1}"#)
            #expect(await stranger.next("sub")?["mode"] == "reset")
            #expect(await stranger.next("end")?["status"] == "COMPLETED")
        }
    }

    @Test("A slow client gets the latest progress in one frame once it reads again")
    func slow() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (follower, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            try await relay.say(Samples.progress(1), of: task)
            _ = await client.next("ev")
            client.isChoked = true
            let before = client.frames
            for percent in 2...50 { try await relay.say(Samples.progress(Double(percent)), of: task) }
            let (_, other) = await relay.follower(of: "ada", task)
            while try #require(await other.next("sub", "ev"))["data"]?["percent"] != 50 {}
            #expect(client.frames == before)
            client.isChoked = false
            follower.drained()
            #expect(await client.next("ev")?["data"]?["percent"] == 50)
            #expect(client.frames == before + 1)
        }
    }

    @Test("A locked row delays no other task's end, whether its own task reports or ends")
    func lockedRows() async throws {
        try await RelayScope.with { relay in
            let (reporting, ending) = (try await relay.runningTask(), try await relay.runningTask())
            let (first, second) = (try await relay.runningTask(), try await relay.runningTask())
            let failure = TaskEvent.Body.failed(TaskFailure(code: "GPU_OOM", message: ""))
            let (_, client) = await relay.follower(of: "ada", first, second)
            let (_, patient) = await relay.follower(of: "ada", ending)
            try await relay.store.pool.transaction { connection in
                let locked = PostgresValue.textArray([reporting, ending].map(\.description))
                try await connection.execute("SELECT FROM tasks WHERE id = ANY(\(locked)) FOR UPDATE")
                try await relay.say(Samples.progress(30), of: reporting)
                try await relay.say(failure, of: ending)
                try await relay.say(Samples.progress(60), of: first)
                try await relay.say(failure, of: first)
                #expect(await client.next("end")?["task"]?.string == first.description)
                #expect(try await relay.store.task(first)?.progress?.percent == 60)
                // Again and again, as long as it takes.
                try await relay.say(Samples.progress(40), of: reporting)
                try await relay.say(failure, of: second)
                #expect(await client.next("end")?["task"]?.string == second.description)
                #expect(try await relay.store.task(ending)?.state == .running)
            }
            #expect(await patient.next("end")?["status"] == "FAILED")
            try await relay.say(Samples.progress(50), of: reporting)
            try await relay.untilAcknowledged()
            #expect(try await relay.store.task(reporting)?.progress?.percent == 50)
        }
    }

    @Test("Progress of more tasks than one statement takes is written")
    func crowd() async throws {
        try await RelayScope.with { relay in
            await relay.writer.stop()
            let tasks = (0..<300).map { _ in TaskID.make() }
            try await relay.store.insert(
                tasks.map { NewTask(id: $0, user: "ada", template: "demo", parameters: [:], priority: .normal) }
            )
            let all = PostgresValue.textArray(tasks.map(\.description))
            try await relay.store.pool.execute(
                "UPDATE tasks SET state = 'RUNNING', attempt = 1, percent = 0 WHERE id = ANY(\(all))"
            )
            for (number, task) in tasks.enumerated() {
                try await relay.say(Samples.progress(Double(number % 100)), of: task)
            }
            let writer = relay.makeWriter()
            try await writer.start()
            try await relay.untilAcknowledged()
            let rows = try await relay.store.tasks(tasks).tasks
            #expect(rows.count == tasks.count)
            for (number, task) in tasks.enumerated() {
                #expect(rows.first { $0.id == task }?.progress?.percent == Double(number % 100))
            }
            await writer.stop()
        }
    }

    @Test("A writer that cannot create its group is not ready until it can")
    func noGroup() async throws {
        try await PrivateRedisServer.with { server in
            _ = try await withRedisClient(server.configuration) {
                try await $0.send("ACL", "SETUSER", "default", "-xgroup")
            }
            try await RelayScope.with(redis: server.configuration) { relay in
                while relay.writer.problem == nil { try await LoopClock().sleep(for: .milliseconds(20)) }
                #expect(relay.writer.problem?.hasPrefix("no event written for") == true)
                try await relay.redis.send("ACL", "SETUSER", "default", "+xgroup")
                while relay.writer.problem != nil { try await LoopClock().sleep(for: .milliseconds(20)) }
            }
        }
    }

    @Test("Two replicas write side by side: each end once")
    func sideBySide() async throws {
        try await RelayScope.with { relay in
            await relay.writer.stop()
            // Neither takes over what the other is about to write.
            let writers = [1, 2].map { _ in relay.makeWriter(claimAfter: EventWriter.claimAfter) }
            for writer in writers { try await writer.start() }
            var tasks: [TaskID] = []
            for _ in 0..<40 { tasks.append(try await relay.runningTask()) }
            for percent in [10.0, 20.0] {
                for task in tasks { try await relay.say(Samples.progress(percent), of: task) }
            }
            for task in tasks { try await relay.say(.succeeded(Samples.result(of: task)), of: task) }
            for task in tasks {
                while try await relay.store.task(task)?.state != .completed {
                    try await LoopClock().sleep(for: .milliseconds(5))
                }
            }
            try await relay.untilAcknowledged()
            for writer in writers { await writer.stop() }
            var ends: [String: Int] = [:]
            for stream in relay.streams.names {
                let entries = try await relay.redis.readStreams([stream], after: [.zero], count: 1000)[stream] ?? []
                for event in entries.compactMap({ try? TaskEvent(fields: $0.fields) }) {
                    if case .state = event.body { ends[event.task.description, default: 0] += 1 }
                }
            }
            #expect(ends == Dictionary(uniqueKeysWithValues: tasks.map { ($0.description, 1) }))
        }
    }

    @Test("Entries read by a dead replica are written by another")
    func claim() async throws {
        try await RelayScope.with { relay in
            await relay.writer.stop()
            let task = try await relay.runningTask()
            let stream = relay.streams.stream(of: task)
            try await relay.redis.createGroup("relay", stream: stream)
            try await relay.say(Samples.progress(70), of: task)
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            let taken = try await relay.redis.readGroup("relay", consumer: "dead", stream: stream, count: 10)
            #expect(taken.count == 2)
            // One more goes while it is pending: nobody can write what it said.
            let lost = try await relay.say(Samples.progress(80), of: task)
            _ = try await relay.redis.readGroup("relay", consumer: "dead", stream: stream, count: 10)
            try await relay.redis.send("XDEL", stream, "\(lost)")
            try await LoopClock().sleep(for: .milliseconds(20))
            let other = relay.makeWriter()
            try await other.start()
            let (_, client) = await relay.follower(of: "ada", task)
            #expect(await client.next("end")?["status"] == "COMPLETED")
            try await relay.untilAcknowledged()
            #expect(relay.metrics.text.contains(#"maas_relay_events_total{outcome="trimmed"} 1"#))
            await other.stop()
        }
    }

    @Test("A replica that cannot take over a dead one's entries says so, and writes its own")
    func claimRefused() async throws {
        try await PrivateRedisServer.with { server in
            try await RelayScope.with(redis: server.configuration) { relay in
                let user = server.configuration.username ?? "default"
                try await relay.redis.send(["ACL", "SETUSER", user, "-xautoclaim"])
                let writer = relay.makeWriter(claimInterval: .milliseconds(20))
                try await writer.start()
                while writer.problem == nil { try await LoopClock().sleep(for: .milliseconds(5)) }
                #expect(writer.problem?.contains("dead replicas") == true)
                let task = try await relay.runningTask()
                try await relay.say(Samples.progress(70), of: task)
                try await relay.untilAcknowledged()
                #expect(writer.problem != nil, "a successful read does not end it")
                try await relay.redis.send(["ACL", "SETUSER", user, "+xautoclaim"])
                while writer.problem != nil { try await LoopClock().sleep(for: .milliseconds(5)) }
                await writer.stop()
            }
        }
    }

    @Test("The name of a replica that was killed does not stay in the group")
    func killed() async throws {
        try await RelayScope.with { relay in
            await relay.writer.stop()
            for stream in relay.streams.names {
                try await relay.redis.createGroup("relay", stream: stream)
                try await relay.redis.send("XGROUP", "CREATECONSUMER", stream, "relay", "dead")
                #expect(try await relay.redis.members(of: stream).contains("dead"))
            }
            let other = relay.makeWriter(removeAfter: .zero)
            try await other.start()
            for stream in relay.streams.names {
                while try await relay.redis.members(of: stream).contains("dead") {
                    try await LoopClock().sleep(for: .milliseconds(5))
                }
            }
            await other.stop()
            for stream in relay.streams.names { #expect(try await relay.redis.members(of: stream).isEmpty) }
        }
    }
}
