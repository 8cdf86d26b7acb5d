/// A part of an executable that is started and stopped in order.
@LoopActor
package protocol Service: AnyObject {
    /// For logs: `web server`, `redis`.
    nonisolated var name: String { get }

    /// Returns when it is serving. An error ends the process.
    func start() async throws

    /// Stops accepting work, finishes what is in progress and releases resources. May be called without a start.
    func stop() async

    /// Whether it ended the process itself, for a fault that a restart may mend; asked after it has stopped.
    var hasFailed: Bool { get }
}

extension Service {
    package var hasFailed: Bool { false }
}
