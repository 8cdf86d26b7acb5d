internal import Dispatching
internal import MaaSCore

/// Writes the positions of queued tasks to Redis and tells their users, at most a few times a second.
///
/// A long queue is scanned in parts, and the less often the longer a scan takes, so that it neither blocks the loop nor
/// takes more than a small share of the time.
@LoopActor
final class PositionPublisher {
    private let pump: DispatchPump
    private let redis: RedisClient
    private let events: EventPublisher
    private let metrics: DispatchMetrics
    private let logger: Logger
    private var board = PositionBoard()
    private var timer: LoopTimer?
    private var isTelling = false
    private var failures = FailureSeries()
    private var rest = PositionPublisher.shortestRest
    /// Whether Redis holds nothing from this board yet.
    private var isFresh = true

    private static let shortestRest = Duration.milliseconds(200)
    private static let longestRest = Duration.seconds(2)
    private static let retryInterval = Duration.seconds(2)
    /// Tasks scanned in one turn of the loop.
    private static let partSize = 1000
    /// The rest after a scan, as a multiple of its duration.
    private static let restFactor = 10

    init(
        pump: DispatchPump,
        redis: RedisClient,
        events: EventPublisher,
        metrics: DispatchMetrics,
        logger: Logger
    ) {
        self.pump = pump
        self.redis = redis
        self.metrics = metrics
        self.events = events
        self.logger = logger
        self.timer = LoopTimer { [weak self] in self?.tell() }
    }

    /// Schedules a scan, as the queue may have changed.
    func touch() { self.touch(after: self.rest) }

    /// Records the error of the estimate for a task that has started.
    func started(_ task: TaskID) {
        guard let error = self.board.estimateError(ofStarted: task, now: self.pump.now) else { return }
        self.metrics.estimateErrors.observe(error)
    }

    /// Writes everything again if Redis has lost it: writes to a Redis that came back empty succeed.
    func verify() async {
        guard !self.board.isEmpty else { return }
        let count = try? await self.redis.send("EXISTS", SharedKeys.positions).integer
        if count == 0 { self.startOver() }
    }

    /// The number of queued tasks by reason, as last published.
    var reasons: [WaitingReason: Int] { self.board.counts }

    func close() {
        self.timer?.close()
        self.timer = nil
    }

    private func touch(after delay: Duration) {
        guard let timer = self.timer, !timer.isActive else { return }
        timer.start(after: delay)
    }

    private func tell() {
        guard !self.isTelling else { return self.touch() }
        self.isTelling = true
        LoopActor.immediate {
            let start = ContinuousClock.now
            do {
                try await self.publishPositions()
                self.failures.reset()
            } catch {
                self.logger.warning("cannot publish queue positions", error, of: &self.failures)
                self.startOver()
            }
            let rest = (ContinuousClock.now - start) * Self.restFactor
            self.rest = min(max(rest, Self.shortestRest), Self.longestRest)
            self.isTelling = false
        }
    }

    private func publishPositions() async throws {
        var waits = self.pump.read { core, now in core.waits(now: now) }
        // A former leader's data may name tasks that are no longer queued.
        if self.isFresh { _ = try await self.redis.pipeline([["DEL", SharedKeys.positions]]) }
        self.isFresh = false
        self.board.begin()
        var isMore = true
        while isMore, !self.pump.isClosed {
            var commands: [[String]] = []
            for _ in 0..<Self.partSize {
                guard let next = waits.next() else {
                    isMore = false
                    break
                }
                // It may have started since the scan began.
                guard self.pump.read({ core, _ in core.isQueued(next.task) }),
                    self.board.look(at: next.task, attempt: next.attempt, next.wait, now: self.pump.now)
                else { continue }
                self.events.publish(.queued(next.wait), task: next.task, attempt: next.attempt)
                commands.append(["HSET", SharedKeys.positions, next.task.description, next.wait.text])
            }
            if !commands.isEmpty { _ = try await self.redis.pipeline(commands) }
            // A timer lets all other I/O take its turn.
            if isMore { try await LoopClock().sleep(for: .milliseconds(1)) }
        }
        // A partial scan cannot tell which tasks are gone.
        guard !self.pump.isClosed else { return }
        let gone = self.board.finish()
        if !gone.isEmpty {
            _ = try await self.redis.pipeline([["HDEL", SharedKeys.positions] + gone.map(\.description)])
        }
    }

    /// Writes everything again, as the content of Redis is unknown.
    private func startOver() {
        self.board = PositionBoard()
        self.isFresh = true
        self.touch(after: Self.retryInterval)
    }
}
