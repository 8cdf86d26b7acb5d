internal import Dispatching
internal import MaaSCore

/// Writes where each queued task stands to Redis, and tells the users, at most a few times a second.
@LoopActor
final class PositionPublisher {
    typealias Waits = @LoopActor () -> [(task: TaskID, entry: PositionBoard.Entry)]

    private let redis: RedisClient
    private let events: EventPublisher
    private let logger: Logger
    private let waits: Waits
    private var board = PositionBoard()
    private var timer: LoopTimer?
    private var isWriting = false
    /// Whether nothing in Redis is from this board yet.
    private var isFresh = true

    private static let interval = Duration.milliseconds(200)
    private static let retryInterval = Duration.seconds(2)

    init(redis: RedisClient, events: EventPublisher, logger: Logger, waits: @escaping Waits) {
        self.redis = redis
        self.events = events
        self.logger = logger
        self.waits = waits
        self.timer = LoopTimer { [weak self] in self?.tell() }
    }

    /// The queue may have changed.
    func touch(after delay: Duration = PositionPublisher.interval) {
        guard let timer = self.timer, !timer.isActive else { return }
        timer.start(after: delay)
    }

    /// Writes everything anew when Redis has lost it: a Redis that came back empty fails no write.
    func verify() async {
        guard !self.board.isEmpty, let reply = try? await self.redis.send("EXISTS", EventStreams.positions),
            reply == .integer(0)
        else { return }
        self.startOver()
    }

    func close() {
        self.timer?.close()
        self.timer = nil
    }

    private func tell() {
        guard !self.isWriting else { return self.touch() }
        let changes = self.board.update(self.waits())
        guard !changes.isEmpty || self.isFresh else { return }
        for (task, entry) in changes.set {
            self.events.publish(.queued(entry.wait), task: task, attempt: entry.attempt)
        }
        self.isWriting = true
        LoopActor.immediate {
            await self.write(changes)
            self.isWriting = false
        }
    }

    private func write(_ changes: PositionBoard.Changes) async {
        var commands: [[String]] = []
        // What a former leader left may name tasks that wait no longer.
        if self.isFresh { commands.append(["DEL", EventStreams.positions]) }
        for (task, entry) in changes.set {
            commands.append(["HSET", EventStreams.positions, task.description, entry.wait.text])
        }
        if !changes.removed.isEmpty {
            commands.append(["HDEL", EventStreams.positions] + changes.removed.map(\.description))
        }
        do {
            _ = try await self.redis.pipeline(commands)
            self.isFresh = false
        } catch {
            self.logger.warning("cannot write positions", [.error: "\(error)"])
            self.startOver()
        }
    }

    /// What Redis holds is not known, so all of it is written again.
    private func startOver() {
        self.board = PositionBoard()
        self.isFresh = true
        self.touch(after: Self.retryInterval)
    }
}
