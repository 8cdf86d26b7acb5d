internal import MaaSControl
internal import MaaSCore

/// Deletes old deliveries and endpoints that nobody needs, and re-encrypts secrets after a change of the key. Any
/// number of relays may do so concurrently.
@LoopActor
final class WebhookSweeper: Service {
    nonisolated let name = "webhook sweeper"
    private let store: TaskStore
    private let keyring: WebhookKeyring
    private let settings: MaaSConfiguration.Webhooks
    private let logger: Logger
    private var sweeping: Task<Void, Never>?

    private static let interval = Duration.minutes(10)

    init(store: TaskStore, keyring: WebhookKeyring, settings: MaaSConfiguration.Webhooks, logger: Logger) {
        self.store = store
        self.keyring = keyring
        self.settings = settings
        self.logger = logger
    }

    func start() async throws {
        self.sweeping = LoopActor.immediate {
            while !Task.isCancelled {
                await self.sweep()
                try? await LoopClock().sleep(for: Self.interval)
            }
        }
    }

    func stop() async {
        self.sweeping?.cancel()
        await self.sweeping?.value
    }

    /// Each part runs even if another fails.
    private func sweep() async {
        let lifetime = self.settings.logLifetime
        await self.run("cannot re-encrypt webhook secrets") { try await self.reseal() }
        await self.run("cannot delete old webhook deliveries") {
            while try await self.store.sweepWebhookDeliveries(lifetime: lifetime) >= TaskStore.webhookSweepSize,
                !Task.isCancelled
            {}
        }
        await self.run("cannot delete webhook endpoints of deleted tasks") {
            _ = try await self.store.sweepWebhookEndpoints(lifetime: lifetime)
        }
    }

    private func reseal() async throws {
        guard self.settings.previousKey != nil else { return }
        let count = try await WebhookResealing(store: self.store, keyring: self.keyring).run()
        self.logger.info("re-encrypted webhook secrets with the current webhooks.key", [.count: "\(count)"])
    }

    private func run(_ failure: StaticString, _ part: @LoopActor () async throws -> Void) async {
        do {
            try await part()
        } catch {
            self.logger.warning(failure, [.error: "\(error)"])
        }
    }
}
