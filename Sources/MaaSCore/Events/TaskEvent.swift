/// An event in the life of a task: an entry of one of the ``EventShards``.
package struct TaskEvent: Sendable, Hashable {
    /// The kind of producer. Each has its own sequence and its own kind of token.
    package enum Producer: String, Sendable, CaseIterable {
        /// The reporter inside the pod: may report only its own attempt's stages, progress and end.
        case pod
        /// The control plane, about queueing and states: the dispatcher, and of ends the relay and the gateway as well.
        case control
    }

    /// What happened.
    package enum Body: Sendable, Hashable {
        /// The task's place in the queue, and why it waits. Only from the control plane.
        case queued(TaskWait)
        /// The task's state changed, and with it what its row says of the failure and the result. Only from the control
        /// plane.
        case state(TaskState, failure: TaskFailure?, result: TaskResult? = nil)
        /// The progress of the running attempt.
        case progress(TaskProgress)
        /// The attempt is alive, without anything new.
        case heartbeat
        /// The attempt's final event: the file is in the object store.
        case succeeded(TaskResult)
        /// The attempt's final event: it failed.
        case failed(TaskFailure)
    }

    package var task: TaskID
    /// 1 for the first run; 0 while the task has never run.
    package var attempt: Int
    package var producer: Producer
    /// Increases with each event of one producer of one attempt; used to drop duplicates.
    package var sequence: Int64
    package var time: Timestamp
    package var body: Body

    package init(task: TaskID, attempt: Int, producer: Producer, sequence: Int64, time: Timestamp, body: Body) {
        self.task = task
        self.attempt = attempt
        self.producer = producer
        self.sequence = sequence
        self.time = time
        self.body = body
    }

    /// Whether its producer may send it. A pod may deliver only at its own attempt's key, so that it cannot present
    /// another task's video as its own.
    package var isWithinRights: Bool {
        switch (self.producer, self.body) {
        case (.pod, .succeeded(let result)): result.key == OutputKey.video(task: self.task, attempt: self.attempt)
        case (.pod, .progress), (.pod, .heartbeat), (.pod, .failed): true
        case (.control, .queued), (.control, .state), (.control, .progress): true
        default: false
        }
    }
}
