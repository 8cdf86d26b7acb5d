@testable internal import APIGateway
@testable internal import MaaSControl
@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// A gateway on a free port, over the real PostgreSQL, Redis and S3, with a key of its own user.
@LoopActor
final class GatewayScope {
    let url: String
    /// Nobody else's: the tests share one database.
    let user = "user-" + Hexadecimal.encode(RandomBytes.shared.next(6))
    let key = APIKey.make()
    let store: TaskStore
    let objects: ObjectStore
    let redis: RedisClient
    let metrics: Metrics
    /// All routes, as `GET /v1/tasks/{id}`.
    let routes: Set<String>
    private let services: [any Service]
    private let client: HTTPClient
    private let configuration: MaaSConfiguration

    nonisolated static var isPossible: Bool {
        TestEnvironment.databaseURL != nil && TestEnvironment.redisURL != nil && TestEnvironment.objectStore != nil
    }

    /// - Parameters:
    ///   - redis: instead of the one that all tests share.
    ///   - pageKey: the key that the page is given.
    ///   - configure: changes the configuration.
    static func run(
        redis: String? = nil,
        pageKey: String? = nil,
        configure: (inout MaaSConfiguration) -> Void = { _ in },
        _ body: (GatewayScope) async throws -> Void
    ) async throws {
        let scope = try await GatewayScope(redis: redis, pageKey: pageKey, configure: configure)
        do {
            try await body(scope)
            await scope.stop()
        } catch {
            await scope.stop()
            throw error
        }
    }

    private init(
        redis: String?,
        pageKey: String?,
        configure: (inout MaaSConfiguration) -> Void
    ) async throws {
        var configuration = MaaSConfiguration()
        configuration.postgres.url = TestEnvironment.databaseURL ?? ""
        configuration.redis.url = redis ?? TestEnvironment.redisURL ?? ""
        configuration.objectStore = TestEnvironment.objectStore ?? configuration.objectStore
        configuration.events.secret = String(repeating: "s", count: 32)
        configuration.webhooks.key = String(repeating: "k", count: 32)
        configuration.apiGateway.listen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.apiGateway.operationsListen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.apiGateway.waitingLimit = 5
        configuration.apiGateway.pageAPIKey = pageKey
        configuration.templates.directory = "\(TestEnvironment.repository)/k8s/templates"
        configuration.apiGateway.webDirectory = "\(TestEnvironment.repository)/web"
        configure(&configuration)
        self.configuration = configuration
        let client = HTTPClient()
        self.client = client
        self.objects = try ObjectStore(configuration: configuration.objectStore, client: client)
        let logger = Logger(service: "test", level: .error)
        let context = ServiceContext(configuration: configuration, logger: logger, health: Health())
        self.metrics = context.metrics
        self.services = try GatewayServices.make(context)
        for service in self.services { try await service.start() }
        let server = self.services.lazy.compactMap { $0 as? WebServer }.first
        self.url = "http://127.0.0.1:\(server?.port ?? 0)"
        self.routes = Set((server?.router.routes ?? []).map { "\($0.method.rawValue) \($0.pattern.text)" })
        self.store = TaskStore(try PostgresConfiguration(configuration.postgres, service: "test"), logger: logger)
        try await self.store.start()
        self.redis = RedisClient(try RedisConfiguration(configuration.redis), logger: logger)
        self.redis.start()
        _ = try await self.store.createKey(user: self.user, name: "test", hash: self.key.hash)
    }

    private func stop() async {
        for service in self.services.reversed() { await service.stop() }
        await self.store.stop()
        await self.redis.stop()
        self.client.close()
    }

    /// Changes rows as only time would.
    func execute(_ query: PostgresQuery) async throws {
        let connection = try await PostgresConnection.connect(
            try PostgresConfiguration(self.configuration.postgres, service: "test")
        )
        defer { connection.close() }
        try await connection.execute(query)
    }

    /// The one number that a query answers.
    func count(_ query: PostgresQuery) async throws -> Int {
        let connection = try await PostgresConnection.connect(
            try PostgresConfiguration(self.configuration.postgres, service: "test")
        )
        defer { connection.close() }
        return try await connection.query(query)[0].decode("count")
    }

    /// Runs `body` while nobody else can use the table.
    func withLock(on table: StaticString, _ body: () async throws -> Void) async throws {
        var configuration = try PostgresConfiguration(self.configuration.postgres, service: "test")
        configuration.statementTimeout = nil
        let connection = try await PostgresConnection.connect(configuration)
        defer { connection.close() }
        try await connection.execute("BEGIN")
        try await connection.execute("LOCK TABLE \(sql: table) IN ACCESS EXCLUSIVE MODE")
        try await body()
        try await connection.execute("COMMIT")
    }

    /// Returns when a query waits for the lock of the table.
    func waitForLock(on table: String) async throws {
        let waiting: PostgresQuery =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = \(table)::regclass"
        while try await self.count(waiting) == 0 { try Task.checkCancellation() }
    }

    /// Gives up the files that are kept no longer, and deletes what is to be deleted by now.
    func sweepObjects(configure: (inout MaaSConfiguration.ObjectStore) -> Void = { _ in }) async throws {
        var section = self.configuration.objectStore
        configure(&section)
        let objects = try ObjectStore(configuration: section, client: self.client)
        let store = TaskStore(
            try PostgresConfiguration(self.configuration.postgres, service: "test"),
            retention: self.configuration.retention,
            logger: Logger(service: "test", level: .error)
        )
        try await store.start()
        defer { LoopActor.immediate { await store.stop() } }
        let expiry = TaskExpiry(store: store, linkLifetime: self.configuration.objectStore.jobLinkLifetime)
        for sweep in expiry.sweeps { while try await sweep() > 0 {} }
        try await store.settlePictures()
        let logger = Logger(service: "test", level: .error)
        while try await ObjectRemover(store: store, objects: objects, logger: logger).sweep() > 0 {}
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]

        var json: JSONValue { (try? JSONValue(parsing: self.bytes)) ?? .null }
        /// The fields that were named as wrong.
        var faults: [String] { (self.json["errors"]?.array ?? []).compactMap { $0["field"]?.string } }
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        json: JSONValue? = nil,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        key: APIKey? = nil
    ) async throws -> Answer {
        var headers = headers
        headers["Authorization"] = "Bearer \((key ?? self.key).text)"
        if json != nil { headers["Content-Type"] = "application/json" }
        let request = HTTPRequest(method, self.url + path, headers: headers, body: json?.encoded() ?? body)
        let response = try await self.client.send(request)
        return Answer(status: response.status, headers: response.headers, bytes: response.body)
    }

    /// The pieces of an answer that is read while it is written, until it ends.
    func follow(_ path: String, key: APIKey? = nil) -> AsyncStream<String> {
        let (pieces, continuation) = AsyncStream.makeStream(of: String.self)
        let headers: HTTPHeaders = ["Authorization": "Bearer \((key ?? self.key).text)"]
        let request = HTTPRequest(.get, self.url + path, headers: headers)
        LoopActor.immediate {
            _ = try? await self.client.stream(request) { bytes in
                _ = continuation.yield(String(decoding: bytes, as: UTF8.self))
            }
            continuation.finish()
        }
        return pieces
    }

    /// Another key of the same user, or of another one.
    func key(scopes: Set<AccessScope>, expires: Timestamp? = nil, user: String? = nil) async throws -> APIKey {
        let key = APIKey.make()
        _ = try await self.store.createKey(
            user: user ?? self.user,
            name: "extra",
            hash: key.hash,
            scopes: scopes,
            expires: expires
        )
        return key
    }

    /// Asks until the answer has this status, or the time is over.
    func status(
        _ method: HTTPMethod,
        _ path: String,
        key: APIKey? = nil,
        becomes status: Int,
        within limit: Duration
    ) async throws -> Bool {
        let end = ContinuousClock.now + limit
        while true {
            // One more request after a pause of the machine that outlasted the limit.
            let isLast = ContinuousClock.now >= end
            if try await self.send(method, path, key: key).status == status { return true }
            if isLast { return false }
        }
    }

    func fetch(_ url: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        let response = try await self.client.send(HTTPRequest(.get, url, headers: headers))
        return Answer(status: response.status, headers: response.headers, bytes: response.body)
    }

    /// Stores bytes where a presigned link leads.
    func put(_ bytes: [UInt8], at url: String) async throws {
        let status = try await self.send(.put, bytes, to: url)
        #expect(status == 200)
    }

    /// The store's answer to bytes that are sent where a presigned link leads.
    func send(_ method: HTTPMethod, _ bytes: [UInt8], to url: String) async throws -> Int {
        try await self.client.send(HTTPRequest(method, url, body: bytes)).status
    }

    /// Asks for room for a file of so many bytes.
    func openUpload(of size: Int, key: APIKey? = nil) async throws -> Answer {
        try await self.send(.post, "/v1/uploads", json: ["size": JSONValue(size)], key: key)
    }

    /// Stores what an attempt has written, as its pod does.
    func putLog(_ log: OutputLog, of task: TaskID, attempt: Int) async throws {
        let key = OutputKey.log(task: task, attempt: attempt)
        try await self.objects.put(key, log.encoded, contentType: "text/plain")
    }

    /// Submits the same task several times at once.
    func submitTogether(_ count: Int, _ task: JSONValue, headers: HTTPHeaders = [:]) async throws -> [Answer] {
        try await concurrently(count) { _ in
            try await self.send(.post, "/v1/tasks", json: task, headers: headers)
        }
    }

    /// A form with a task and a picture.
    func sendForm(_ task: String, picture: [UInt8], headers: HTTPHeaders = [:]) async throws -> Answer {
        var body = Array("--XX\r\nContent-Disposition: form-data; name=\"task\"\r\n\r\n\(task)\r\n".utf8)
        body += "--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n".utf8
        body += "Content-Type: application/octet-stream\r\n\r\n".utf8
        body += picture + Array("\r\n--XX--\r\n".utf8)
        var headers = headers
        headers["Content-Type"] = "multipart/form-data; boundary=XX"
        return try await self.send(.post, "/v1/tasks", headers: headers, body: body)
    }
}
