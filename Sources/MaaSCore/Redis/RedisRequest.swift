/// Commands sent together and the one caller who waits for all their replies.
///
/// Answered exactly once, by whatever comes first: the last reply, the end of the connection, the time-out,
/// a cancellation, or the close of the client. Replies that come later are dropped.
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
    /// What ``RedisConnection/replies`` was when this was written.
    private(set) var repliesBefore = 0
    private var replies: [RedisValue] = []
    /// Dropped when it was called: it may hold its caller alive.
    private var completion: ((Outcome) -> Void)?
    /// Until somebody asks for it.
    private var outcome: Outcome?

    init(_ commands: RedisCommands, deadline: ContinuousClock.Instant) {
        self.commands = commands
        self.deadline = deadline
    }

    /// Has `completion` called once: with the outcome, or at once when that is known. A cancellation may come before anybody
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
