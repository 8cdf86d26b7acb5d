package import MaaSCore

/// Listens to one notification channel, on a connection of its own that is kept open.
///
/// Notifications sent while disconnected are lost, so poll in `onConnected` of ``start(onConnected:_:)``.
@LoopActor
package final class PostgresListener {
    private let configuration: PostgresConfiguration
    private let channel: StaticString
    private let logger: Logger
    private var keeper: Task<Void, Never>?

    package nonisolated init(_ configuration: PostgresConfiguration, channel: StaticString, logger: Logger) {
        self.configuration = configuration
        self.channel = channel
        self.logger = logger
    }

    /// Listens until ``stop()``.
    ///
    /// - Parameters:
    ///   - onConnected: called each time that listening begins.
    ///   - onNotification: receives the payload of each notification.
    package func start(
        onConnected: @escaping @LoopActor () -> Void,
        _ onNotification: @escaping @LoopActor (String) -> Void
    ) {
        guard self.keeper == nil else { return }
        self.keeper = LoopActor.immediate { await self.keepListening(onConnected, onNotification) }
    }

    package func stop() async {
        self.keeper?.cancel()
        await self.keeper?.value
        self.keeper = nil
    }

    private func keepListening(
        _ onConnected: @LoopActor () -> Void,
        _ onNotification: @escaping @LoopActor (String) -> Void
    ) async {
        var backoff = Backoff()
        var failures = FailureSeries()
        while !Task.isCancelled {
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(self.configuration)
                connection.onNotification = onNotification
                defer { connection.close() }
                try await connection.execute("LISTEN \(sql: self.channel)")
                let begun = LoopClock().now
                failures.reset()
                onConnected()
                let reason = await withTaskCancellationHandler {
                    await connection.closed()
                } onCancel: {
                    LoopActor.later { connection.close() }
                }
                if Task.isCancelled { return }
                // Back off even if the server accepts connections and closes them at once.
                if LoopClock().now - begun > .seconds(1) { backoff.reset() }
                self.logger.warning("lost the connection that listens to PostgreSQL", [.error: "\(reason)"])
            } catch {
                if Task.isCancelled { return }
                self.logger.warning("cannot listen to PostgreSQL", error, of: &failures)
            }
            try? await LoopClock().sleep(for: backoff.next())
        }
    }
}
