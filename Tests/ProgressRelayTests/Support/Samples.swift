internal import MaaSCore

@testable internal import ProgressRelay

/// Events and updates of one made-up task.
enum Samples {
    static let task = TaskID(time: Timestamp(milliseconds: 1_700_000_000_000), random: Array(1...10))
    static let other = TaskID(time: Timestamp(milliseconds: 1_700_000_000_001), random: Array(1...10))
    static let result = Self.result(of: Self.task)
    static let now = ContinuousClock.now

    static func ticket(of user: String = "ada", key: String? = "key") -> EventTicket {
        EventTicket(user: user, key: key, expires: Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000))
    }

    static func event(
        _ body: TaskEvent.Body,
        task: TaskID = Samples.task,
        attempt: Int = 1,
        sequence: Int64 = 1
    ) -> TaskEvent {
        let producer: TaskEvent.Producer =
            switch body {
            case .queued, .state: .control
            default: .pod
            }
        return TaskEvent(
            task: task,
            attempt: attempt,
            producer: producer,
            sequence: sequence,
            time: .now(),
            body: body
        )
    }

    static func result(of task: TaskID) -> TaskResult {
        TaskResult(key: OutputKey.video(task: task, attempt: 1), size: 9, sha256: "ab", width: 640)
    }

    static func progress(_ percent: Double, _ stage: TaskStage = .denoising) -> TaskEvent.Body {
        .progress(TaskProgress(stage: stage, step: Int(percent), total: 100, percent: percent))
    }

    static func waiting(_ position: Int) -> TaskEvent.Body {
        .queued(TaskWait(position: position, etaSeconds: position * 10, reason: .gpusBusy))
    }

    static func position(_ value: Int64) -> EventPosition { EventPosition(value: value) }

    static func update(
        _ kind: FeedUpdate.Kind,
        _ position: Int64,
        task: TaskID = Samples.task,
        _ data: [String: JSONValue] = [:]
    ) -> FeedUpdate {
        FeedUpdate(task: task, kind: kind, position: Self.position(position), news: .members(data))
    }
}

extension TaskFeed {
    /// What its followers are told of an event, if anything.
    mutating func apply(_ event: TaskEvent, at position: EventPosition, now: ContinuousClock.Instant) -> FeedUpdate? {
        self.take(event, at: position, now: now).update
    }
}
