@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

/// Clients on real sockets: who gets in, and how the relay sends them away.
@Suite(
    "Connections",
    .enabled(if: TestEnvironment.redisURL != nil && TestEnvironment.databaseURL != nil),
    .timeLimit(.minutes(1))
)
@LoopActor
struct ConnectionTests {
    @Test("A rejected client is told before the upgrade, and when to retry")
    func refusals() async throws {
        var settings = MaaSConfiguration.ProgressRelay()
        settings.connectionLimit = 3
        settings.userConnectionLimit = 2
        settings.allowedOrigins = try #require(AllowedOrigins("https://studio.example.com"))
        try await RelayScope.with(settings: settings) { relay in
            let stranger = try await relay.client(headers: "Origin: https://evil.example\r\n")
            #expect(stranger.answer.status == 403)
            #expect(stranger.answer.text.contains("origin_not_allowed"))
            let page = try await relay.client(headers: "Origin: https://studio.example.com\r\n")
            #expect(page.answer.status == 101)
            let program = try await relay.client()
            #expect(program.answer.status == 101)
            #expect(try await program.next("hello") != nil)
            let third = try await relay.client()
            #expect(third.answer.status == 429)
            #expect(third.answer.headers["retry-after"] != nil)
            let other = try await relay.client(of: "grace")
            #expect(other.answer.status == 101)
            #expect(try await other.next("hello") != nil)
            let last = try await relay.client(of: "alan")
            #expect(last.answer.status == 503)
            #expect(last.answer.headers["retry-after"] != nil)
            #expect(relay.metrics.text.contains(#"maas_relay_refusals_total{reason="too_many_connections"} 1"#))
            #expect(relay.metrics.text.contains("maas_relay_connections 3"))
        }
    }

    @Test("A revocation closes its key's connections and rejects new ones; other keys are unaffected")
    func revoked() async throws {
        try await RelayScope.with { relay in
            let user = "revoked-\(TaskID.make())"
            let reader = RevocationReader(
                try RedisConfiguration(url: TestEnvironment.redisURL ?? ""),
                logger: Logger(service: "test", level: .error)
            ) { relay.hub.revoke($0) }
            try await reader.start()
            let task = try await relay.runningTask(of: user)
            let ticket = relay.ticket(of: user, key: "one")
            let one = try await relay.client(ticket: ticket)
            let two = try await relay.client(of: user, key: "two")
            try await two.subscribe(task)
            #expect(try await two.next("sub") != nil)
            #expect(try await one.next("hello") != nil)
            // The reader may not be there yet: it looks only at what comes after it began.
            let revocation = Revocation(key: "one", user: user)
            let saying = LoopActor.immediate {
                while !Task.isCancelled {
                    _ = try? await relay.redis.addToStream(SharedKeys.revocations, fields: revocation.fields)
                    try? await LoopClock().sleep(for: .milliseconds(100))
                }
            }
            #expect(try await one.end()?.code == 4401)
            saying.cancel()
            #expect(try await relay.client(ticket: ticket).answer.status == 401)
            try await relay.say(Samples.progress(10), of: task)
            #expect(try await two.next("ev")?["data"]?["percent"] == 10)
            await reader.stop()
        }
    }

    @Test("A key that was revoked without a word to Redis ends what was connected with it all the same")
    func revokedInSilence() async throws {
        try await RelayScope.with { relay in
            let user = "revoked-\(TaskID.make())"
            let key = try await relay.store.createKey(user: user, name: "a", hash: SHA256.digest(of: user))
            let reader = RevokedKeyReader(
                relay.store,
                recall: .minutes(1),
                interval: .milliseconds(20),
                logger: Logger(service: "test", level: .error)
            ) { relay.hub.revoke($0) }
            try await reader.start()
            let ticket = relay.ticket(of: user, key: key.id)
            let client = try await relay.client(ticket: ticket)
            #expect(try await client.next("hello") != nil)
            _ = try await relay.store.revokeKeys(id: key.id)
            #expect(try await client.end()?.code == 4401)
            #expect(try await relay.client(ticket: ticket).answer.status == 401)
            await reader.stop()
        }
    }

    @Test("A revocation read late closes older connections, and none made since")
    func revokedLate() async throws {
        try await RelayScope.with { relay in
            let past = Timestamp(milliseconds: Timestamp.now().milliseconds - 20_000)
            let client = try await relay.client(of: "ada")
            #expect(try await client.next("hello") != nil)
            relay.hub.revoke(Revocation(key: nil, user: "ada", time: past))
            #expect(!relay.metrics.text.contains("maas_relay_closes_total{"))
            #expect(try await relay.client(of: "ada").answer.status == 101)
            relay.hub.revoke(Revocation(key: nil, user: "ada"))
            #expect(try await client.end()?.code == 4401)
        }
    }

    @Test("An invalid, oversized or excess operation closes the connection with the reason")
    func misbehaviour() async throws {
        try await RelayScope.with { relay in
            let binary = try await relay.client()
            try await binary.send(.binary, [1])
            #expect(try await binary.end()?.code == 4400)
            let long = try await relay.client()
            try await long.send(.text, [UInt8](repeating: 32, count: 4097))
            #expect(try await long.end()?.code == 4400)
            let hasty = try await relay.client()
            // The first are let through all at once: as many as there may be subscriptions, and 50 more.
            for _ in 0..<(relay.hub.settings.subscriptionLimit + 100) {
                try? await hasty.send(.text, Array(#"{"op":"pong"}"#.utf8))
            }
            #expect(try await hasty.end()?.code == 4013)
            #expect(relay.metrics.text.contains(#"maas_relay_closes_total{code="4400"} 2"#))
            #expect(relay.metrics.text.contains(#"maas_relay_closes_total{code="4013"} 1"#))
        }
    }

    @Test("A client without a subscription is closed after a while, and so is one whose row cannot be read")
    func useless() async throws {
        struct Unreadable: Error {}
        try await RelayScope.with { relay in
            let idle = try await relay.client()
            #expect(try await idle.next("hello") != nil)
            relay.hub.maintain(.now + .seconds(11))
            #expect(try await idle.end()?.code == 4408)

            relay.beforeLookUp = { throw Unreadable() }
            let client = try await relay.client()
            try await client.subscribe(try await relay.runningTask())
            #expect(try await client.end()?.code == 4010)
        }
    }

    @Test("A replica that stays late closes some connections, and accepts none")
    func shedding() async throws {
        try await RelayScope.with { relay in
            let client = try await relay.client()
            try await client.subscribe(try await relay.runningTask())
            #expect(try await client.next("sub") != nil)
            // Its timers come too late, and it does not get better for ten seconds.
            let now = ContinuousClock.now + RelayScope.latenessLimit
            relay.hub.gate.tick(now + .seconds(1))
            relay.hub.maintain(now + .seconds(12))
            #expect(throws: Admission.Refusal.overloaded) { try relay.hub.gate.check(Samples.ticket()) }
            let end = try #require(try await client.end())
            #expect(end.code == 1013)
            let delay = try #require(Int(end.reason.dropFirst("retry ".count)))
            #expect((5000...30_000).contains(delay))
        }
    }

    @Test("A replica that stops closes its connections, each with its own delay")
    func drain() async throws {
        try await RelayScope.with { relay in
            var clients: [SocketClient] = []
            for _ in 0..<5 {
                let client = try await relay.client()
                #expect(try await client.next("hello") != nil)
                clients.append(client)
            }
            await relay.hub.drain()
            var delays: Set<Int> = []
            for client in clients {
                let end = try #require(try await client.end())
                #expect(end.code == 1012)
                let delay = try #require(Int(end.reason.dropFirst("retry ".count)))
                #expect((0...5000).contains(delay))
                delays.insert(delay)
            }
            #expect(delays.count > 1)
            var waits: Set<String> = []
            for _ in 0..<20 {
                let refused = try await relay.client()
                #expect(refused.answer.status == 503)
                waits.insert(refused.answer.headers["retry-after"] ?? "")
            }
            #expect(waits.count > 1, "they do not come back together")
        }
    }

    @Test("A stalled client is closed with the reason, delays no other, and resumes where it was")
    func slow() async throws {
        var settings = MaaSConfiguration.ProgressRelay()
        settings.queueLimit = 8
        settings.subscriptionLimit = 1
        try await RelayScope.with(settings: settings) { relay in
            // Time enough to read what is queued, and the close behind it.
            try await relay.serve(closingGrace: .seconds(60))
            let task = try await relay.runningTask()
            let slow = try await relay.client(receiveBuffer: 4096)
            try await slow.subscribe(task)
            let seen = try #require(try await slow.next("sub")?["seq"]?.integer)
            let quick = try await relay.client()
            try await quick.subscribe(task)
            _ = try await quick.next("sub")
            // Each is a change of state, which is kept, and long: no buffer of the kernel has room for all.
            let message = String(repeating: "x", count: 400)
            var last: JSONValue?
            var number = 0
            let isClosed = #"maas_relay_closes_total{code="4008"} 1"#
            while !relay.metrics.text.contains(isClosed), number < 40_000 {
                // Few enough that the kernel's buffers have room for them until the quick client reads again.
                for _ in 0..<50 {
                    number += 1
                    let state: TaskState = number.isMultiple(of: 2) ? .running : .queued
                    let failure = TaskFailure(code: "\(number)", message: message)
                    try await relay.say(.state(state, failure: failure), of: task)
                }
                while last?["data"]?["last_error"]?["code"]?.string != "\(number)" {
                    let event: JSONValue = try #require(try await quick.next("ev"), "it is not closed")
                    last = event
                }
            }
            let end = try #require(try await slow.end())
            #expect(end.code == 4008)
            let again = try await relay.client()
            try await again.subscribe(task, from: #","from":{"epoch":"\#(relay.hub.epoch)","seq":\#(seen)}"#)
            #expect(try await again.next("sub")?["mode"] == "reset", "more than is remembered was missed")
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            #expect(try await again.next("end")?["status"] == "COMPLETED")
        }
    }

    @Test(
        "A stalled client that never receives the close is cut off soon, whatever the reason",
        arguments: [true, false]
    )
    func mute(isWebSocket: Bool) async throws {
        var settings = MaaSConfiguration.ProgressRelay()
        settings.queueLimit = 100_000
        try await RelayScope.with(settings: settings) { relay in
            try await relay.serve(closingGrace: .milliseconds(200))
            let task = try await relay.runningTask()
            let close: () -> Void
            if isWebSocket {
                let client = try await relay.client(receiveBuffer: 4096)
                try await client.subscribe(task)
                _ = try await client.next("sub")
                close = client.close
            } else {
                let client = try await relay.eventStream([task], receiveBuffer: 4096)
                try await client.read { EventStreamTests.count(#""mode":"snapshot""#, in: $0) == 1 }
                close = client.close
            }
            // More than the kernel's buffers have room for: what is left waits, and the close behind it.
            let message = String(repeating: "x", count: 1900)
            for number in 1...3000 {
                let state: TaskState = number.isMultiple(of: 2) ? .running : .queued
                try await relay.say(.state(state, failure: TaskFailure(code: "X", message: message)), of: task)
            }
            let told = #"maas_relay_events_total{outcome="told"} 3000"#
            while !relay.metrics.text.contains(told) { try await LoopClock().sleep(for: .milliseconds(5)) }
            #expect(relay.hub.followerCount == 1)
            let start = ContinuousClock.now
            await relay.hub.drain()
            while relay.hub.followerCount > 0 { try await LoopClock().sleep(for: .milliseconds(5)) }
            #expect(ContinuousClock.now - start < .seconds(20))
            close()
        }
    }

    @Test("A client that leaves while its task is being read leaves nothing behind")
    func gone() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let found = Signal()
            relay.beforeLookUp = { await found.wait() }
            let (follower, _) = await relay.follower(of: "ada", task)
            while relay.lookUps.isEmpty { try await LoopClock().sleep(for: .milliseconds(1)) }
            relay.hub.remove(follower)
            found.set()
            while relay.hub.feedCount == 0 { try await LoopClock().sleep(for: .milliseconds(1)) }
            // The one who waited for the row goes on in the same turn.
            try await LoopClock().sleep(for: .milliseconds(1))
            #expect(relay.metrics.text.contains("maas_relay_followed_tasks 0"))
        }
    }
}
