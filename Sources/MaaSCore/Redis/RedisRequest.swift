/// Commands sent together, and the caller that waits for all their replies.
///
/// It finishes exactly once, by whatever comes first: the last reply, the end of the connection, the timeout, a
/// cancellation, or the close of the client. Later replies are dropped.
@LoopActor
final class RedisRequest {
    typealias Outcome = Result<[RedisValue], RedisError>

    enum State {
        case waiting
        case written
        case finished
    }

    let commands: RedisCommands
    let deadline: ContinuousClock.Instant
    private(set) var state = State.waiting
    /// The connection's ``RedisConnection/replies`` when this was written.
    private(set) var repliesBefore = 0
    private var replies: [RedisValue] = []
    /// Released when called, because it may retain its caller.
    private var completion: ((Outcome) -> Void)?
    /// Kept until ``whenFinished(_:)`` is called.
    private var outcome: Outcome?

    init(_ commands: RedisCommands, deadline: ContinuousClock.Instant) {
        self.commands = commands
        self.deadline = deadline
    }

    /// Calls `completion` once with the outcome, at once if it is already known: a cancellation may come before anybody
    /// waits.
    func whenFinished(_ completion: @escaping (Outcome) -> Void) {
        if let outcome = self.outcome.take() {
            completion(outcome)
        } else {
            self.completion = completion
        }
    }

    func didWrite(repliesBefore: Int) {
        guard self.state == .waiting else { return }
        self.state = .written
        self.repliesBefore = repliesBefore
        self.replies.reserveCapacity(self.commands.count)
    }

    func receive(_ reply: RedisValue) {
        guard self.state == .written else { return }
        self.replies.append(reply)
        if self.replies.count == self.commands.count { self.finish(.success(self.replies)) }
    }

    func fail(_ error: RedisError) { self.finish(.failure(error)) }

    private func finish(_ outcome: Outcome) {
        guard self.state != .finished else { return }
        self.state = .finished
        self.replies = []
        if let completion = self.completion.take() {
            completion(outcome)
        } else {
            self.outcome = outcome
        }
    }
}
