package import MaaSCore

/// Reads periodically from the database which keys were revoked lately, for services whose connections outlive a key.
///
/// The stream of revocations is faster, but an entry is missing when Redis was unavailable to the service that revoked
/// the key. The rows are complete.
@LoopActor
package final class RevokedKeyReader: Service {
    package nonisolated let name = "revoked keys"
    private let store: TaskStore
    private let recall: Duration
    private let interval: Duration
    private let logger: Logger
    private let handler: RevocationReader.Handler
    /// When the last successful query began; before the first one, since when revocations matter.
    private var lastLook = LoopClock().now
    /// The keys in the last result, which the next one returns again.
    private var known: Set<String> = []
    private var failures = FailureSeries()
    private var reading: Task<Void, Never>?

    /// How long a revocation's transaction may take: its row has the time at which that began.
    private static let margin = Duration.seconds(60)

    /// - Parameters:
    ///   - recall: how long before the start a revocation still matters.
    ///   - interval: between two queries.
    package init(
        _ store: TaskStore,
        recall: Duration,
        interval: Duration = .seconds(10),
        logger: Logger,
        handler: @escaping RevocationReader.Handler
    ) {
        self.store = store
        self.recall = recall
        self.interval = interval
        self.logger = logger
        self.handler = handler
    }

    package func start() async throws {
        self.lastLook = LoopClock().now - self.recall
        self.reading = LoopActor.immediate {
            while !Task.isCancelled {
                await self.look()
                try? await LoopClock().sleep(for: self.interval)
            }
        }
    }

    package func stop() async {
        self.reading?.cancel()
        await self.reading?.value
    }

    private func look() async {
        let now = LoopClock().now
        let span = now - self.lastLook + Self.margin
        do {
            let revocations = try await self.store.revokedKeys(within: span)
            for revocation in revocations {
                if let key = revocation.key, !self.known.contains(key) { self.handler(revocation) }
            }
            self.known = Set(revocations.compactMap(\.key))
            self.lastLook = now
            self.failures.reset()
        } catch {
            if error.code == .closed { return }
            self.logger.warning("cannot read which keys were revoked", error, of: &self.failures)
        }
    }
}
