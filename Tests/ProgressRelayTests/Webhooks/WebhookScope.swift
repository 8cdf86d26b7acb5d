internal import MaaSCore
@testable internal import MaaSControl
internal import MaaSTesting

@testable internal import ProgressRelay

/// A task store, deliverers, and a receiver for them.
@LoopActor
final class WebhookScope {
    let store: TaskStore
    let keyring = WebhookKeyring(WebhookScope.key)
    let metrics = Metrics()
    private let receiver: String
    private let addresses: AddressPolicy
    private let client = HTTPClient()
    private var services: [any Service] = []
    private static let key = "a secret of thirty-two characters"

    static func with(
        addresses: AddressPolicy = .anywhere,
        _ body: @LoopActor (WebhookScope) async throws -> Void
    ) async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            try await ScratchSchema.withTaskStore { store in
                let scope = WebhookScope(store, receiver: "http://127.0.0.1:\(port)", addresses: addresses)
                do {
                    try await body(scope)
                    await scope.stop()
                } catch {
                    await scope.stop()
                    throw error
                }
            }
        }
    }

    private init(_ store: TaskStore, receiver: String, addresses: AddressPolicy) {
        self.store = store
        self.receiver = receiver
        self.addresses = addresses
    }

    private func stop() async {
        for service in self.services.reversed() { await service.stop() }
        self.client.close()
    }

    /// Another replica's.
    ///
    /// - Parameters:
    ///   - newKey: one that seals from now on; nil for the one that there is.
    ///   - timeout: how long a receiver may take to answer.
    func startDeliverer(newKey: String? = nil, timeout: Duration = .seconds(15)) async throws {
        var settings = MaaSConfiguration.Webhooks()
        settings.key = newKey ?? Self.key
        settings.previousKey = newKey == nil ? nil : Self.key
        settings.timeout = timeout
        settings.pollInterval = .milliseconds(50)
        let keyring = WebhookKeyring(newKey ?? Self.key, previousKey: settings.previousKey)
        let sender = WebhookSender(keyring: keyring, timeout: settings.timeout, addresses: self.addresses)
        let deliverer = WebhookDeliverer(
            store: self.store,
            sender: sender,
            settings: settings,
            metrics: WebhookMetrics(self.metrics),
            logger: Logger(service: "test", level: .error)
        )
        self.services += [sender, deliverer] as [any Service]
        try await deliverer.start()
    }

    /// Another replica's, with a new key that seals from now on.
    func startSweeper(newKey: String) async throws {
        var settings = MaaSConfiguration.Webhooks()
        settings.key = newKey
        settings.previousKey = Self.key
        let sweeper = WebhookSweeper(
            store: self.store,
            keyring: WebhookKeyring(newKey, previousKey: Self.key),
            settings: settings,
            logger: Logger(service: "test", level: .error)
        )
        self.services.append(sweeper)
        try await sweeper.start()
    }

    func addEndpoint(_ path: String, of user: String = "ada") async throws -> WebhookEndpoint {
        let id = WebhookEndpoint.makeID()
        let endpoint = WebhookEndpoint(
            id: id,
            user: user,
            name: "test",
            url: self.receiver + path,
            eventTypes: WebhookEventType.allCases.map(\.rawValue),
            secret: self.keyring.seal(.make(), of: id)
        )
        try await self.store.addWebhookEndpoint(endpoint)
        return endpoint
    }

    func endTask(of user: String = "ada", as outcome: TaskOutcome = .cancelled) async throws -> TaskID {
        let id = TaskID.make()
        try await self.store.submit(NewTask(id: id, user: user, template: "demo", parameters: [:], priority: .normal))
        try await self.store.pool.execute(
            "UPDATE tasks SET state = 'RUNNING', attempt = 1 WHERE id = \(id.description)"
        )
        _ = try await self.store.finish(id, attempt: 1, as: outcome)
        return id
    }

    /// What the receiver has taken under a name, once it is so much.
    func taken(_ name: String, count: Int) async throws -> [JSONValue] {
        let response = try await self.client.send(HTTPRequest(.get, "\(self.receiver)/hooked/\(count)/\(name)"))
        return try JSONValue(parsing: response.body).array ?? []
    }

    /// Makes due what waits for its next try.
    func letTimePass() async throws {
        try await self.store.pool.execute(
            "UPDATE webhook_deliveries SET next_attempt_at = now() WHERE next_attempt_at > now()"
        )
        try await self.store.pool.execute("UPDATE webhook_endpoints SET due_at = now() WHERE due_at > now()")
    }

    /// Refuses to record the next three deliveries, as if somebody held the endpoint for longer than the store waits.
    func refuseRecords() async throws {
        try await self.store.pool.execute("CREATE SEQUENCE refusals")
        try await self.store.pool.execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('refusals') <= 3 THEN RAISE lock_not_available; END IF;
                RETURN new;
            END $$
            """
        )
        try await self.store.pool.execute(
            "CREATE TRIGGER refuse BEFORE UPDATE ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    }

    /// Returns once `condition` is true of a user's deliveries, the newest first: nobody else tells what was noted.
    func until(of user: String = "ada", _ condition: ([WebhookDelivery]) -> Bool) async throws {
        while try await !condition(self.store.webhookDeliveries(of: user, limit: 100)) {
            try await LoopClock().sleep(for: .milliseconds(5))
        }
    }

    func untilDelivered(_ count: Int, of user: String = "ada") async throws {
        try await self.until(of: user) { $0.filter { $0.state == .delivered }.count == count }
    }
}
