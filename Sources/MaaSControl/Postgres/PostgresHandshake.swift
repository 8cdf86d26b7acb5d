internal import MaaSCore

/// Establishes a connection that is ready for queries.
@LoopActor
final class PostgresHandshake {
    private var handle: PostgresHandle?
    private var watcher: DescriptorWatcher?
    private var timer: LoopTimer?
    private var continuation: CheckedContinuation<PostgresError?, Never>?

    /// Connects; fails on timeout or when the task is cancelled. The time is divided among the addresses, so that one
    /// that does not answer leaves time for the next.
    static func run(_ configuration: PostgresConfiguration) async throws(PostgresError) -> PostgresHandle {
        let begun = LoopClock().now
        let limit = configuration.connectTimeout
        let candidates = try await PostgresHosts(url: configuration.url)?.candidates(within: limit) ?? [[]]
        var faults: [String] = []
        for (index, address) in candidates.enumerated() {
            let left = limit - (LoopClock().now - begun)
            do throws(PostgresError) {
                return try await Self.connect(
                    by: configuration.settings + address,
                    within: left / (candidates.count - index)
                )
            } catch {
                if error.code == .closed || candidates.count == 1 { throw error }
                faults.append(error.message)
            }
        }
        throw PostgresError(.connectionFailed, faults.joined(separator: "; "))
    }

    private static func connect(
        by settings: [(keyword: String, value: String)],
        within limit: Duration
    ) async throws(PostgresError) -> PostgresHandle {
        let handshake = PostgresHandshake()
        handshake.handle = try PostgresHandle(connectingBy: settings)
        let failure = await withTaskCancellationHandler {
            await handshake.finished(within: limit)
        } onCancel: {
            LoopActor.later {
                handshake.finish(PostgresError(.closed, "closed while connecting"))
            }
        }
        if let failure { throw failure }
        guard let handle = handshake.handle.take() else { throw PostgresError(.closed, "closed while connecting") }
        return handle
    }

    private func finished(within limit: Duration) async -> PostgresError? {
        await withCheckedContinuation { continuation in
            self.continuation = continuation
            let timer = LoopTimer { self.finish(PostgresError(.connectionFailed, "not connected within \(limit)")) }
            self.timer = timer
            timer.start(after: limit)
            // libpq's manual: at first, behave as if PQconnectPoll had returned PGRES_POLLING_WRITING.
            self.await(.writable)
        }
    }

    /// Each step makes a new watcher, because libpq may switch to another descriptor.
    private func await(_ events: DescriptorWatcher.Events) {
        guard let descriptor = self.handle?.descriptor, descriptor >= 0 else { return self.fail() }
        let watcher = DescriptorWatcher(descriptor: descriptor) { _ in
            self.watcher?.close()
            self.watcher = nil
            self.advance()
        }
        guard let watcher else { return self.fail() }
        self.watcher = watcher
        watcher.watch(events)
    }

    private func advance() {
        switch self.handle?.connectStep() {
        case .wait(let events): self.await(events)
        case .connected: if self.handle?.enterPipelineMode() == true { self.finish(nil) } else { self.fail() }
        case .failed, nil: self.fail()
        }
    }

    private func fail() { self.finish(PostgresError(.connectionFailed, self.handle?.errorMessage ?? "closed")) }

    private func finish(_ failure: PostgresError?) {
        self.timer?.close()
        self.timer = nil
        self.watcher?.close()
        self.watcher = nil
        if failure != nil { self.handle = nil }
        self.continuation.take()?.resume(returning: failure)
    }
}
