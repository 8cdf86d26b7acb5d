/// One thing that happened to a task: an entry of one of the ``EventShards``, whoever produced it.
package struct TaskEvent: Sendable, Hashable {
    /// Who speaks. Each counts its own sequence, and each proves itself by a token of its own kind.
    package enum Producer: String, Sendable, CaseIterable {
        /// The reporter inside the pod: may speak of its own attempt's stages, progress and end.
        case pod
        /// The control plane: the dispatcher and the gateway, about queueing and states.
        case control
    }

    /// What happened.
    package enum Body: Sendable, Hashable {
        /// Where the task waits, and why. Only from the control plane.
        case queued(TaskWait)
        /// The task's state changed. Only from the control plane.
        case state(TaskState, failure: TaskFailure?)
        /// How far the running attempt is.
        case progress(TaskProgress)
        /// The attempt is alive; nothing new to tell.
        case heartbeat
        /// The attempt's last word: the file is in the object store.
        case succeeded(TaskResult)
        /// The attempt's last word: it will not deliver.
        case failed(TaskFailure)
    }

    package var task: TaskID
    /// 1 for the first run; 0 while the task has never run.
    package var attempt: Int
    package var producer: Producer
    /// Grows with each event of one producer of one attempt; repeats are dropped by it.
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

    /// Whether its producer is one that may say this. A pod delivers at its own attempt's key and no other, or it
    /// could have another task's video shown as its own.
    package var isWithinRights: Bool {
        switch (self.producer, self.body) {
        case (.pod, .succeeded(let result)): result.key == OutputKey.video(task: self.task, attempt: self.attempt)
        case (.pod, .progress), (.pod, .heartbeat), (.pod, .failed): true
        case (.control, .queued), (.control, .state), (.control, .progress): true
        default: false
        }
    }
}
