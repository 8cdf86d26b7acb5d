/// A part of an executable that is started and stopped in order.
@LoopActor
package protocol Service: AnyObject {
    /// For logs: `web server`, `redis`.
    nonisolated var name: String { get }

    /// Returns when it serves. A throw ends the process.
    func start() async throws

    /// Takes no new work, finishes what is in hand and lets go. May be called without a start.
    func stop() async
}
