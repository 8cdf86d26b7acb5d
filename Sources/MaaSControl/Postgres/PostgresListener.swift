package import MaaSCore

/// Hears the notifications of one channel, on a connection of its own that is kept open.
///
/// What is told while there is no connection is lost: ``start(onConnected:_:)`` says when to look for oneself.
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
    ///   - onConnected: called when it begins to hear, each time.
    ///   - onNotification: takes the payload of each notification.
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
        while !Task.isCancelled {
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(self.configuration)
                connection.onNotification = onNotification
                defer { connection.close() }
                try await connection.execute("LISTEN \(sql: self.channel)")
                let begun = LoopClock().now
                onConnected()
                let reason = await withTaskCancellationHandler {
                    await connection.closed()
                } onCancel: {
                    LoopActor.later { connection.close() }
                }
                if Task.isCancelled { return }
                // A server that accepts and drops at once is not to be called without pause.
                if LoopClock().now - begun > .seconds(1) { backoff.reset() }
                self.logger.warning("lost the connection that listens to PostgreSQL", [.error: "\(reason)"])
            } catch {
                if Task.isCancelled { return }
                self.logger.warning("cannot listen to PostgreSQL", [.error: "\(error)"])
            }
            try? await LoopClock().sleep(for: backoff.next())
        }
    }
}
