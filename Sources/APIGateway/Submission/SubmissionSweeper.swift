internal import MaaSControl
internal import MaaSCore

/// Forgets idempotency keys and uploads whose time is over, finishes deleting tasks, and deletes what
/// is kept no longer. Any number of gateways may do it side by side.
@LoopActor
final class SubmissionSweeper: Service {
    nonisolated let name = "submission sweeper"
    private let store: TaskStore
    private let uploads: Uploads
    private let deletion: TaskDeletion
    private let expiry: TaskExpiry
    private let fetcher: PictureFetcher
    private let logger: Logger
    private var sweeping: Task<Void, Never>?

    private static let interval = Duration.seconds(60)

    init(
        store: TaskStore,
        uploads: Uploads,
        deletion: TaskDeletion,
        expiry: TaskExpiry,
        fetcher: PictureFetcher,
        logger: Logger
    ) {
        self.store = store
        self.uploads = uploads
        self.deletion = deletion
        self.expiry = expiry
        self.fetcher = fetcher
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
        self.fetcher.close()
    }

    /// One that fails does not keep the others from theirs.
    private func sweep() async {
        await self.run { _ = try await self.store.sweepIdempotencyKeys() }
        await self.run { while try await self.uploads.sweep() > 0, !Task.isCancelled {} }
        await self.run { while try await self.deletion.sweep() > 0, !Task.isCancelled {} }
        await self.run { while try await self.expiry.sweep() > 0, !Task.isCancelled {} }
    }

    private func run(_ sweep: @LoopActor () async throws -> Void) async {
        do {
            try await sweep()
        } catch {
            self.logger.warning("cannot sweep what is over", [.error: "\(error)"])
        }
    }
}
