@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

/// Clients of event streams on real sockets: where they resume, what a slow one gets, and who may not start.
@Suite(
    "Event streams",
    .enabled(if: TestEnvironment.redisURL != nil && TestEnvironment.databaseURL != nil),
    .timeLimit(.minutes(1))
)
@LoopActor
struct EventStreamTests {
    @Test("An event stream resumes where it was, in each stream of its tasks")
    func eventStream() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let other = try await relay.runningTask(apartFrom: task)
            let first = try await relay.eventStream([task, other])
            try await first.read { Self.count(#""mode":"snapshot""#, in: $0) == 2 }
            try await relay.say(Samples.progress(10), of: task)
            try await relay.say(Samples.progress(11), of: other)
            try await first.read { Self.count(#""percent":1"#, in: $0) == 2 }
            let id = try Self.lastID(in: first)
            first.close()
            try await relay.say(Samples.progress(20), of: task)
            try await relay.say(Samples.progress(21), of: other)
            let again = try await relay.eventStream([task, other], lastEventID: id)
            try await again.read { Self.count(#""percent":2"#, in: $0) == 2 }
            #expect(Self.count(#""mode":"resumed""#, in: again.received) == 2)
            #expect(Self.count(#""percent":1"#, in: again.received) == 0, "nothing comes twice")
            again.close()
        }
    }

    @Test("A position among the events of one task says nothing of another, even in the same stream")
    func otherTasks() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            var other = try await relay.runningTask()
            while relay.streams.shard(of: other) != relay.streams.shard(of: task) {
                other = try await relay.runningTask()
            }
            let first = try await relay.eventStream([task])
            try await first.read { Self.count(#""mode":"snapshot""#, in: $0) == 1 }
            try await relay.say(Samples.progress(11), of: other)
            try await relay.say(Samples.progress(10), of: task)
            try await first.read { Self.count(#""percent":10"#, in: $0) == 1 }
            let id = try Self.lastID(in: first)
            first.close()
            let both = try await relay.eventStream([task, other], lastEventID: id)
            try await both.read { Self.count(#""mode":"#, in: $0) == 2 }
            #expect(Self.count(#""percent":11"#, in: both.received) == 1, "it has never seen this one")
            both.close()
        }
    }

    @Test("A client that missed more than its queue holds gets it at once, and its place is never void")
    func muchMissed() async throws {
        var settings = MaaSConfiguration.ProgressRelay()
        settings.queueLimit = 4
        try await RelayScope.with(settings: settings) { relay in
            var tasks: [TaskID] = []
            for _ in 0..<4 { tasks.append(try await relay.runningTask()) }
            let first = try await relay.eventStream(tasks)
            try await first.read { Self.count(#""mode":"#, in: $0) == 4 }
            // The hello alone would replace the place that a client came with by none.
            #expect(Self.count("\nid: ", in: first.received) == 1)
            let id = try Self.lastID(in: first)
            first.close()
            // Changes of stage, each of which is kept.
            let stages: [TaskStage] = [.downloadingInputs, .loadingModel, .denoising, .decoding]
            for task in tasks {
                for (index, stage) in stages.enumerated() {
                    try await relay.say(Samples.progress(Double(index + 1), stage), of: task)
                }
            }
            let told = #"maas_relay_events_total{outcome="told"} 16"#
            while !relay.metrics.text.contains(told) { try await LoopClock().sleep(for: .milliseconds(5)) }
            let again = try await relay.eventStream(tasks, lastEventID: id)
            try await again.read { Self.count(#""percent":4"#, in: $0) == 4 }
            #expect(Self.count(#""percent":1"#, in: again.received) == 4)
            #expect(Self.count(#""mode":"resumed""#, in: again.received) == 4)
            again.close()
        }
    }

    @Test("A slow client of an event stream gets the latest progress once it reads again")
    func slowEventStream() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let stream = ResponseStream {}
            let serving = Task { @LoopActor in
                await EventStreamTransport(hub: relay.hub, closingGrace: .seconds(5))
                    .run(EventStream(stream), ticket: Samples.ticket(), tasks: [task], from: nil)
            }
            while stream.isEmpty { try await LoopClock().sleep(for: .milliseconds(1)) }
            // It has not even taken its beginning.
            for percent in 1...50 { try await relay.say(Samples.progress(Double(percent)), of: task) }
            let told = #"maas_relay_events_total{outcome="told"} 50"#
            while !relay.metrics.text.contains(told) { try await LoopClock().sleep(for: .milliseconds(5)) }
            #expect(Self.count("event: ev", in: Array(stream.take(1 << 20))) == 0)
            while stream.isEmpty { try await LoopClock().sleep(for: .milliseconds(1)) }
            let news = Array(stream.take(1 << 20))
            // The first is a change of stage, which is kept.
            #expect(Self.count("event: ev", in: news) <= 2)
            #expect(Self.count(#""percent":50"#, in: news) == 1)
            relay.hub.revoke(Revocation(key: "key", user: "ada"))
            await serving.value
        }
    }

    @Test("An event stream whose key is revoked while its tasks are being read does not start")
    func revokedMeanwhile() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let found = Signal()
            relay.beforeLookUp = { await found.wait() }
            let client = try await relay.eventStream([task])
            while relay.lookUps.isEmpty { try await LoopClock().sleep(for: .milliseconds(1)) }
            relay.hub.revoke(Revocation(key: "key", user: "ada"))
            found.set()
            #expect(try await client.response().status == 401)
            client.close()
        }
    }

    /// With the codes of docs/realtime.md.
    @Test("An event stream of no task, of too many, or of one that is not the user's does not start")
    func refusals() async throws {
        var settings = MaaSConfiguration.ProgressRelay()
        settings.subscriptionLimit = 2
        try await RelayScope.with(settings: settings) { relay in
            let port = try await relay.serve()
            let own = try await relay.runningTask()
            let theirs = try await relay.runningTask(of: "grace")
            let cases: [(tasks: [TaskID], status: Int, code: JSONValue)] = [
                ([], 400, "bad_request"), ([own, theirs, own], 400, "bad_request"),
                ([own, theirs], 404, "not_found"), ([.make()], 404, "not_found"),
            ]
            for (tasks, status, code) in cases {
                let client = try await relay.eventStream(tasks)
                let response = try await client.response()
                #expect(response.status == status)
                #expect(try JSONValue(parsing: response.body)["code"] == code)
                client.close()
            }
            let client = try RawClient(port: port)
            try await client.send("GET \(RelayRoutes.path) HTTP/1.1\r\nHost: relay\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 426)
            client.close()
        }
    }

    @Test("Concurrent event streams cannot share the last slot")
    func lastPlace() async throws {
        var settings = MaaSConfiguration.ProgressRelay()
        settings.userConnectionLimit = 1
        try await RelayScope.with(settings: settings) { relay in
            let tasks = [try await relay.runningTask(), try await relay.runningTask()]
            let found = Signal()
            relay.beforeLookUp = { await found.wait() }
            let clients = [try await relay.eventStream([tasks[0]]), try await relay.eventStream([tasks[1]])]
            // Both were let in, for neither had a place yet.
            while relay.lookUps.reduce(0, +) < 2 { try await LoopClock().sleep(for: .milliseconds(1)) }
            found.set()
            var served = 0
            for client in clients {
                try await client.read {
                    Self.count(#""mode":"snapshot""#, in: $0) + Self.count("retry: ", in: $0)
                        + Self.count("429", in: $0) > 0
                }
                served += Self.count(#""mode":"snapshot""#, in: client.received)
            }
            #expect(served == 1)
            #expect(relay.hub.followerCount == 1)
            for client in clients { client.close() }
        }
    }

    @Test("An event stream reads the row again if its task's stream has started over since")
    func begunAnew() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            #expect(try await relay.hub.owns("ada", task))
            let shard = relay.streams.shard(of: task)
            relay.hub.restart([shard: FeedShard(epoch: relay.hub.epoch(of: shard))])
            #expect(relay.hub.feedCount == 0)
            let stream = ResponseStream {}
            let serving = Task { @LoopActor in
                await EventStreamTransport(hub: relay.hub, closingGrace: .seconds(5))
                    .run(EventStream(stream), ticket: Samples.ticket(), tasks: [task], from: nil)
            }
            while !relay.metrics.text.contains(#"maas_relay_subscriptions_total{mode="snapshot"} 1"#) {
                try await LoopClock().sleep(for: .milliseconds(1))
            }
            #expect(relay.metrics.text.contains("maas_relay_followed_tasks 1"))
            stream.clientDidLeave()
            await serving.value
            #expect(relay.hub.followerCount == 0)
        }
    }

    /// What the client would send as `Last-Event-ID`.
    private static func lastID(in client: RawClient) throws -> String {
        let lines = String(decoding: client.received, as: UTF8.self).split(whereSeparator: \.isNewline)
        return String(try #require(lines.last { $0.hasPrefix("id: ") }).dropFirst(4))
    }

    /// How often `text` is in `bytes`.
    static func count(_ text: String, in bytes: [UInt8]) -> Int {
        String(decoding: bytes, as: UTF8.self).split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
