@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

/// What Redis loses of the streams is noticed, and healed from PostgreSQL: of the streams concerned, and of no other.
@Suite(
    "Healing",
    .enabled(if: TestEnvironment.redisURL != nil && TestEnvironment.databaseURL != nil),
    .timeLimit(.minutes(1))
)
@LoopActor
struct HealingTests {
    @Test("Redis without its data: a new epoch, a reset with the current state, and events continue")
    func loss() async throws {
        try await PrivateRedisServer.with { server in
            try await RelayScope.with(redis: server.configuration) { relay in
                let task = try await relay.runningTask()
                let (_, client) = await relay.follower(of: "ada", task)
                _ = await client.next("sub")
                try await relay.say(Samples.progress(10), of: task)
                _ = await client.next("ev")
                let epoch = relay.hub.epoch
                await server.kill()
                try server.start()
                let hello = await client.next("hello")
                #expect(hello?["epoch"]?.string == relay.hub.epoch)
                #expect(await client.next("reset")?["task"]?.string == task.description)
                #expect(relay.hub.epoch != epoch)
                let snapshot = await client.next("sub")
                #expect(snapshot?["mode"] == "reset")
                #expect(snapshot?["data"]?["status"] == "RUNNING")
                try await relay.say(.succeeded(Samples.result(of: task)), of: task)
                #expect(await client.next("end")?["status"] == "COMPLETED")
                try await relay.untilAcknowledged()
            }
        }
    }

    @Test("Entries trimmed before they were read: a reset, even though the next ones arrive")
    func trimmed() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let other = try await relay.runningTask(apartFrom: task)
            let (_, client) = await relay.follower(of: "ada", task)
            let (_, neighbour) = await relay.follower(of: "ada", other)
            _ = await client.next("sub")
            _ = await neighbour.next("sub")
            let epoch = relay.hub.epoch
            let stream = relay.streams.stream(of: task)
            // As one step, so that no reader sees the entry.
            _ = try await relay.redis.transaction([
                ["XADD", stream, "*", "lost", "1"], ["XTRIM", stream, "MAXLEN", "0"],
            ])
            #expect(await client.next("reset")?["task"]?.string == task.description)
            #expect(await client.next("sub")?["data"]?["status"] == "RUNNING")
            #expect(relay.hub.epoch == epoch, "the stream is the same one")
            try await relay.say(Samples.progress(30), of: other)
            #expect(await neighbour.next("reset", "ev")?["data"]?["percent"] == 30)
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            #expect(await client.next("end")?["status"] == "COMPLETED")
            try await relay.untilAcknowledged()
        }
    }

    @Test("A forged event that is read again when its stream is restarted is counted once")
    func forgedBefore() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            try await relay.say(Samples.progress(10), of: task, forged: true)
            try await relay.say(Samples.progress(20), of: task)
            _ = await client.next("ev")
            let counted = #"maas_relay_events_total{outcome="forged"} 1\#n"#
            #expect(relay.metrics.text.contains(counted))
            try await relay.redis.send("DEL", relay.streams.stream(of: task) + ":epoch")
            #expect(await client.next("reset") != nil)
            #expect(relay.metrics.text.contains(counted))
        }
    }

    @Test("An end without an event is found in the row, even after all events were seen")
    func untold() async throws {
        try await RelayScope.with(silenceLimit: .milliseconds(100)) { relay in
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            let seen = try #require(await client.next("sub")?["seq"]?.integer)
            try await relay.store.pool.execute(
                """
                UPDATE tasks SET state = 'FAILED', error_code = 'NODE_LOST', error_message = '', ended_at = now()
                WHERE id = \(task.description)
                """
            )
            #expect(await client.next("reset")?["why"] == "row")
            #expect(await client.next("sub")?["data"]?["status"] == "FAILED")
            let end = await client.next("end")
            #expect(end?["status"] == "FAILED")
            #expect(end?["error"]?["code"] == "NODE_LOST")
            // One that was away meanwhile stands where the events do as well.
            let from = #","from":{"epoch":"\#(relay.hub.epoch)","seq":\#(seen)}"#
            let (_, again) = await relay.follower(of: "ada", task, from: from)
            #expect(await again.next("sub")?["mode"] == "reset")
            #expect(await again.next("end")?["status"] == "FAILED")
        }
    }

    @Test("Many followers of few tasks restart with one read of the rows")
    func manyFollowers() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            var other = try await relay.runningTask()
            while relay.streams.shard(of: other) != relay.streams.shard(of: task) {
                other = try await relay.runningTask()
            }
            var clients: [RecordingTransport] = []
            for _ in 0..<200 {
                let (_, client) = await relay.follower(of: "ada", task, other)
                _ = await client.next("sub")
                _ = await client.next("sub")
                clients.append(client)
            }
            let before = relay.lookUps.count
            _ = try await relay.redis.transaction([
                ["XADD", relay.streams.stream(of: task), "*", "lost", "1"],
                ["XTRIM", relay.streams.stream(of: task), "MAXLEN", "0"],
            ])
            for client in clients {
                for _ in 0..<2 { #expect(await client.next("sub")?["mode"] == "reset") }
            }
            #expect(relay.lookUps[before...] == [2], "each row is asked for once, both together")
        }
    }

    @Test("A reader that fails between two streams with gaps heals both later")
    func interrupted() async throws {
        try await PrivateRedisServer.with { server in
            try await RelayScope.with(redis: server.configuration) { relay in
                // The first of the streams is begun anew before the last one fails.
                var first = try await relay.runningTask()
                while relay.streams.shard(of: first) != 0 { first = try await relay.runningTask() }
                let (_, client) = await relay.follower(of: "ada", first)
                _ = await client.next("sub")
                let streams = relay.streams.names
                let user = server.configuration.username ?? "default"
                try await relay.redis.send(
                    ["ACL", "SETUSER", user, "-xrevrange", "(+xrevrange ~\(streams[0])*)"]
                )
                _ = try await relay.redis.transaction(
                    [streams[0], streams[2]].flatMap {
                        [["XADD", $0, "*", "lost", "1"], ["XTRIM", $0, "MAXLEN", "0"]]
                    }
                )
                // Found in both, twice: so one try at least has failed in between.
                while !relay.metrics.text.contains(#"maas_relay_heals_total{reason="trimmed"} 4"#) {
                    try await LoopClock().sleep(for: .milliseconds(5))
                }
                try await relay.redis.send(["ACL", "SETUSER", user, "clearselectors", "+@all"])
                #expect(await client.next("reset")?["task"]?.string == first.description)
                #expect(await client.next("sub")?["data"]?["status"] == "RUNNING")
            }
        }
    }

    @Test("A failover to a lagging replica whose ids are ahead again when it is noticed")
    func failover() async throws {
        try await PrivateRedisServer.with { primary in
            let address = ["127.0.0.1", String(primary.configuration.port)]
            try await PrivateRedisServer.with(["--replicaof"] + address) { replica in
                try await RelayScope.with(redis: primary.configuration) { relay in
                    let task = try await relay.runningTask()
                    let other = try await relay.runningTask(apartFrom: task)
                    let (_, client) = await relay.follower(of: "ada", task)
                    let (_, neighbour) = await relay.follower(of: "ada", other)
                    _ = await client.next("sub")
                    _ = await neighbour.next("sub")
                    try await relay.say(Samples.progress(10), of: task)
                    #expect(await client.next("ev")?["data"]?["percent"] == 10)
                    try await relay.say(Samples.progress(10), of: other)
                    #expect(await neighbour.next("ev")?["data"]?["percent"] == 10)
                    let epoch = relay.hub.epoch

                    try await withRedisClient(replica.configuration) { promoted in
                        while try await relay.redis.send("WAIT", "1", "100").integer != 1 {
                            try Task.checkCancellation()
                        }
                        try await promoted.send("REPLICAOF", "NO", "ONE")
                        // The replica never gets this one, which clients have seen.
                        try await relay.say(Samples.progress(50), of: task)
                        #expect(await client.next("ev")?["data"]?["percent"] == 50)
                        await primary.kill()
                        let stream = relay.streams.stream(of: task)
                        try await promoted.addToStream(stream, fields: [("no", "event")])
                        try await promoted.send("CONFIG", "SET", "port", address[1])
                    }

                    #expect(await client.next("reset")?["task"]?.string == task.description)
                    #expect(await client.next("sub")?["mode"] == "reset")
                    #expect(relay.hub.epoch != epoch)
                    try await relay.say(Samples.progress(20), of: other)
                    #expect(await neighbour.next("reset", "ev")?["data"]?["percent"] == 20)
                    try await relay.say(.succeeded(Samples.result(of: task)), of: task)
                    #expect(await client.next("end")?["status"] == "COMPLETED")
                    try await relay.untilAcknowledged()
                }
            }
        }
    }
}
