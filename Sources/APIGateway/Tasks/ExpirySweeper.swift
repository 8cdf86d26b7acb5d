internal import MaaSControl
internal import MaaSCore

/// Removes expired idempotency keys, uploads and tasks, and deletes their objects. Any number of gateways may do so
/// concurrently.
@LoopActor
final class ExpirySweeper: Service {
    nonisolated let name = "expiry sweeper"
    private let store: TaskStore
    private let uploads: Uploads
    private let expiry: TaskExpiry
    private let remover: ObjectRemover
    private let logger: Logger
    private var sweeping: Task<Void, Never>?

    private static let interval = Duration.seconds(60)

    init(
        store: TaskStore,
        uploads: Uploads,
        expiry: TaskExpiry,
        remover: ObjectRemover,
        logger: Logger
    ) {
        self.store = store
        self.uploads = uploads
        self.expiry = expiry
        self.remover = remover
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

    /// Each sweep runs even if another fails.
    func sweep() async {
        await self.run { while try await self.store.sweepIdempotencyKeys() > 0, !Task.isCancelled {} }
        await self.run { while try await self.uploads.expire() > 0, !Task.isCancelled {} }
        for sweep in self.expiry.sweeps { await self.run { while try await sweep() > 0, !Task.isCancelled {} } }
        await self.run { try await self.store.settlePictures() }
        await self.run { while try await self.remover.sweep() > 0, !Task.isCancelled {} }
    }

    private func run(_ sweep: @LoopActor () async throws -> Void) async {
        do {
            try await sweep()
        } catch {
            self.logger.warning("cannot delete expired data", [.error: "\(error)"])
        }
    }
}
