internal import MaaSCore
@testable internal import MaaSControl
internal import MaaSTesting

@testable internal import ProgressRelay

/// A relay: reader, writer and hub on a real Redis and a real database; and its web server for those who ask for it.
@LoopActor
final class RelayScope {
    let streams: EventShards
    let store: TaskStore
    let redis: RedisClient
    let hub: FeedHub
    let reader: EventReader
    private(set) var writer: EventWriter
    let metrics = Metrics()
    /// Of how many rows each statement that looks tasks up has asked.
    private(set) var lookUps: [Int] = []
    /// Looking tasks up waits for this.
    var beforeLookUp: (@LoopActor () async throws -> Void)?
    private var web: WebServer?
    private let token = EventToken(secret: RelayScope.secret)
    private static let secret: EventSecrets = "a secret of thirty-two characters"
    private let configuration: RedisConfiguration
    private var sequence: Int64 = 0
    /// So long that no pause of the machine closes a test's connections.
    static let latenessLimit: Duration = .seconds(120)
    private static let logger = Logger(service: "test", level: .error)

    static func with(
        redis: RedisConfiguration? = nil,
        settings: MaaSConfiguration.ProgressRelay = MaaSConfiguration.ProgressRelay(),
        silenceLimit: Duration = .seconds(30),
        _ body: @LoopActor (RelayScope) async throws -> Void
    ) async throws {
        let scope = try RelayScope(redis, settings, silenceLimit)
        try await scope.start()
        do {
            try await body(scope)
            await scope.stop()
        } catch {
            await scope.stop()
            throw error
        }
    }

    private init(
        _ redis: RedisConfiguration?,
        _ settings: MaaSConfiguration.ProgressRelay,
        _ silenceLimit: Duration
    ) throws {
        let configuration = try redis ?? RedisConfiguration(url: TestEnvironment.redisURL ?? "redis://127.0.0.1")
        var events = MaaSConfiguration.Events()
        events.eventStream = "test:" + Hexadecimal.encode(RandomBytes.shared.next(8))
        events.shards = 3
        let streams = EventShards(events)
        let client = RedisClient(configuration, logger: Self.logger)
        var database = try PostgresConfiguration(url: TestEnvironment.databaseURL ?? "")
        database.lockTimeout = .milliseconds(100)
        let store = TaskStore(database, logger: Self.logger)
        let willLookUp = Reference()
        let hub = FeedHub(
            settings,
            events: events,
            maintenanceInterval: .milliseconds(50),
            silenceLimit: silenceLimit,
            latenessLimit: Self.latenessLimit,
            metrics: self.metrics,
            logger: Self.logger
        ) { tasks in
            willLookUp.scope?.lookUps.append(tasks.count)
            try await willLookUp.scope?.beforeLookUp?()
            return (try await store.tasks(tasks), [:])
        }
        self.configuration = configuration
        self.streams = streams
        self.redis = client
        self.store = store
        self.hub = hub
        let writer = Self.writer(streams, configuration, client, store, self.token, hub.metrics)
        self.writer = writer
        self.reader = EventReader(
            streams: streams,
            redis: client,
            redisConfiguration: configuration,
            verifier: EventVerifier(token: self.token),
            hub: hub,
            checkInterval: .milliseconds(200),
            logger: Self.logger
        ) { writer.wake() }
        willLookUp.scope = self
    }

    /// To the scope that is still being made.
    @LoopActor
    private final class Reference {
        weak var scope: RelayScope?
    }

    /// Starts the web server, and returns its port.
    @discardableResult
    func serve(closingGrace: Duration = .seconds(5)) async throws -> Int {
        let routes = RelayRoutes(hub: self.hub, secret: Self.secret, health: Health(), closingGrace: closingGrace)
        var configuration = WebServerConfiguration()
        configuration.maximumMessageBytes = RelayServices.longestOperation
        configuration.pingInterval = .minutes(5)  // The clients here answer no pings, and a slow test takes long.
        let web = WebServer(configuration, router: routes.router(), logger: Self.logger)
        self.web = web
        try await web.start()
        return web.port
    }

    /// A client on a real socket; not connected if it is refused.
    func client(
        of user: String = "ada",
        key: String = "key",
        ticket: String? = nil,
        headers: String = "",
        receiveBuffer: CInt? = nil
    ) async throws -> SocketClient {
        if self.web == nil { _ = try await self.serve() }
        return try await SocketClient(
            port: self.web?.port ?? 0,
            ticket: ticket ?? self.ticket(of: user, key: key),
            headers: headers,
            receiveBuffer: receiveBuffer
        )
    }

    /// What the gateway gives a user.
    func ticket(of user: String, key: String) -> String {
        Samples.ticket(of: user, key: key).signed(secret: Self.secret)
    }

    /// A client of an event stream, which has asked and read nothing yet.
    func eventStream(
        _ tasks: [TaskID],
        lastEventID: String? = nil,
        receiveBuffer: CInt? = nil
    ) async throws -> RawClient {
        if self.web == nil { _ = try await self.serve() }
        let client = try RawClient(port: self.web?.port ?? 0, receiveBuffer: receiveBuffer)
        let query = tasks.map { "task=\($0)" }.joined(separator: "&")
        let last = lastEventID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        try await client.send(
            "GET \(RelayRoutes.path)?\(query) HTTP/1.1\r\nHost: relay\r\nAccept: text/event-stream\r\n"
                + "Authorization: Bearer \(Samples.ticket().signed(secret: Self.secret))\r\n\(last)\r\n"
        )
        return client
    }

    /// Another replica's writer.
    func makeWriter(
        claimAfter: Duration = .milliseconds(10),
        claimInterval: Duration = EventWriter.claimInterval,
        removeAfter: Duration = EventWriter.removeAfter
    ) -> EventWriter {
        Self.writer(
            self.streams,
            self.configuration,
            self.redis,
            self.store,
            self.token,
            self.hub.metrics,
            claimAfter: claimAfter,
            claimInterval: claimInterval,
            removeAfter: removeAfter
        )
    }

    private static func writer(
        _ streams: EventShards,
        _ configuration: RedisConfiguration,
        _ client: RedisClient,
        _ store: TaskStore,
        _ token: EventToken,
        _ metrics: RelayMetrics,
        claimAfter: Duration = .milliseconds(10),
        claimInterval: Duration = EventWriter.claimInterval,
        removeAfter: Duration = EventWriter.removeAfter
    ) -> EventWriter {
        EventWriter(
            streams: streams,
            streamLength: 10_000,
            redis: client,
            redisConfiguration: configuration,
            verifier: EventVerifier(token: token),
            store: store,
            flushInterval: .milliseconds(20),
            claimAfter: claimAfter,
            claimInterval: claimInterval,
            removeAfter: removeAfter,
            tracer: Tracer(MaaSConfiguration.Tracing(), service: "test", logger: Self.logger),
            metrics: metrics,
            logger: Self.logger
        )
    }

    private func start() async throws {
        try await self.store.start()
        self.redis.start()
        self.hub.start()
        try await self.reader.start()
        try await self.writer.start()
        // What is said before the reader has begun is part of a snapshot, and no event of its own.
        while self.hub.epoch.isEmpty { try await LoopClock().sleep(for: .milliseconds(1)) }
    }

    private func stop() async {
        await self.web?.stop()
        await self.writer.stop()
        await self.reader.stop()
        self.hub.stop()
        _ = try? await self.redis.send(["DEL"] + self.streams.names.flatMap { [$0, $0 + ":epoch"] })
        await self.redis.close()
        await self.store.stop()
    }

    /// A task of `user` that runs its first attempt.
    func runningTask(of user: String = "ada") async throws -> TaskID {
        let id = TaskID.make()
        try await self.store.submit(NewTask(id: id, user: user, template: "demo", parameters: [:], priority: .normal))
        try await self.store.pool.execute(
            "UPDATE tasks SET state = 'RUNNING', attempt = 1, percent = 0 WHERE id = \(id.description)"
        )
        return id
    }

    /// Adds what a producer says to the stream, signed.
    @discardableResult
    func say(_ body: TaskEvent.Body, of task: TaskID, attempt: Int = 1, forged: Bool = false) async throws
        -> RedisStreamID
    {
        self.sequence += 1
        let event = Samples.event(body, task: task, attempt: attempt, sequence: self.sequence)
        let proof = self.token.make(event.producer, task: task, attempt: forged ? attempt + 1 : attempt)
        return try await self.redis.addToStream(self.streams.stream(of: task), fields: event.fields(token: proof))
    }

    /// Adds an entry once more, as a producer does that has not heard that it was taken.
    func repeats(_ id: RedisStreamID, of task: TaskID) async throws {
        let stream = self.streams.stream(of: task)
        let reply = try await self.redis.send("XRANGE", stream, "\(id)", "\(id)")
        guard let entry = reply.array?.first.flatMap(RedisStreamEntry.init) else { return }
        try await self.redis.addToStream(stream, fields: Array(entry.fields))
    }

    /// A client of `user` that follows `tasks`.
    func follower(of user: String = "ada", _ tasks: TaskID..., from: String = "") async -> (
        Follower, RecordingTransport
    ) {
        let transport = RecordingTransport()
        let ticket = Samples.ticket(of: user)
        let session = FollowerSession(ticket: ticket, subscriptionLimit: 10, queueLimit: 100, now: .now)
        let follower = Follower(session, transport: transport, metrics: self.hub.metrics)
        self.hub.add(follower)
        for task in tasks {
            let text = #"{"op":"subscribe","task":"\#(task)"\#(from)}"#
            self.hub.receive(text, from: follower)
        }
        return (follower, transport)
    }

    /// Returns once the group has read everything and nothing is pending.
    func untilAcknowledged() async throws {
        for stream in self.streams.names {
            while try await !self.isAcknowledged(stream) { try await LoopClock().sleep(for: .milliseconds(5)) }
        }
    }

    private func isAcknowledged(_ stream: String) async throws -> Bool {
        if try await self.redis.streamInfo(stream)?.length == 0 { return true }
        // Fails until the writer has made its group. One answer for both: between two, an entry may be read.
        let group = (try? await self.redis.send("XINFO", "GROUPS", stream))?.array?.first?.fields ?? RedisFields()
        return ["pending", "lag"].allSatisfy { group.value(of: $0) == "0" }
    }

    /// A task that runs, whose events are in another stream than those of `task`.
    func runningTask(apartFrom task: TaskID) async throws -> TaskID {
        while true {
            let other = try await self.runningTask()
            if self.streams.shard(of: other) != self.streams.shard(of: task) { return other }
        }
    }
}
