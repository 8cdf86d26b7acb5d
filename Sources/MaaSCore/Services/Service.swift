/// A part of an executable that is started and stopped in order.
@LoopActor
package protocol Service: AnyObject {
    /// For logs: `web server`, `redis`.
    nonisolated var name: String { get }

    /// Returns when it is serving. An error ends the process.
    func start() async throws

    /// Stops accepting work, finishes what is in progress and releases resources. May be called without a start.
    func stop() async
}
