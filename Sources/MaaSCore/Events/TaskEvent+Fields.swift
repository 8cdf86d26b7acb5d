extension TaskEvent {
    /// The names of the flat fields of a stream entry.
    package enum Field: String, Sendable {
        case version = "v"
        case task = "task_id"
        case attempt, producer
        case sequence = "seq"
        case type
        case time = "ts"
        case token
        case state, position, reason
        case stage, step, total, percent
        case eta = "eta_s"
        case message, preview
        case key, size, sha256, width, height, frames
        case duration = "duration_ms"
        case code, retryable
        case exitCode = "exit_code"
    }

    /// The version of the schema, which a reader checks first.
    package static let version = 1

    private enum Kind: String { case queued, state, progress, heartbeat, succeeded, failed }

    /// The entry's fields in order, signed with `token`.
    package func fields(token: String) -> [(name: String, value: String)] {
        var fields = FieldWriter()
        fields[.version] = Self.version
        fields[.task] = self.task
        fields[.attempt] = self.attempt
        fields[.producer] = self.producer.rawValue
        fields[.sequence] = self.sequence
        fields[.time] = self.time.milliseconds
        fields[.token] = token
        switch self.body {
        case .queued(let wait):
            fields[.type] = Kind.queued.rawValue
            fields[.position] = wait.position
            fields[.eta] = wait.etaSeconds
            fields[.reason] = wait.reason.rawValue
        case .state(let state, let failure, let result):
            fields[.type] = Kind.state.rawValue
            fields[.state] = state.rawValue
            if let failure { fields.write(failure) }
            if let result { fields.write(result) }
        case .progress(let progress):
            fields[.type] = Kind.progress.rawValue
            fields[.stage] = progress.stage.rawValue
            fields[.step] = progress.step
            fields[.total] = progress.total
            fields[.percent] = (progress.percent * 10).rounded() / 10
            fields[.eta] = progress.etaSeconds
            fields[.message] = progress.message
            fields[.preview] = progress.preview
        case .heartbeat:
            fields[.type] = Kind.heartbeat.rawValue
        case .succeeded(let result):
            fields[.type] = Kind.succeeded.rawValue
            fields.write(result)
        case .failed(let failure):
            fields[.type] = Kind.failed.rawValue
            fields.write(failure)
        }
        return fields.fields
    }

    /// Parses an entry, and enforces ``TaskEventLimits`` on every field. The caller must verify the token: see
    /// ``EventToken``.
    package init(fields: RedisFields) throws(TaskEventError) {
        var reader = TaskEventReader(fields)
        let version = try reader.integer(.version)
        guard version == Self.version else { throw TaskEventError(field: .version, found: "\(version)") }
        self.task = try reader.required(.task, TaskID.init)
        self.attempt = try reader.integer(.attempt)
        self.producer = try reader.required(.producer, Producer.init(rawValue:))
        self.sequence = try reader.required(.sequence) { Int64($0) }
        self.time = Timestamp(milliseconds: try reader.bounded(.time, TaskEventLimits.time))
        switch try reader.required(.type, Kind.init(rawValue:)) {
        case .queued:
            self.body = .queued(
                TaskWait(
                    position: try reader.integer(.position),
                    etaSeconds: try reader.optionalInteger(.eta),
                    reason: try reader.required(.reason, WaitingReason.init(rawValue:))
                )
            )
        case .state:
            self.body = .state(
                try reader.required(.state, TaskState.init(rawValue:)),
                failure: reader.value(.code) == nil ? nil : try reader.failure(),
                result: reader.value(.key) == nil ? nil : try reader.result()
            )
        case .progress:
            self.body = .progress(
                TaskProgress(
                    stage: try reader.required(.stage, TaskStage.init(rawValue:)),
                    step: try reader.optionalInteger(.step),
                    total: try reader.optionalInteger(.total),
                    percent: try reader.percent(),
                    etaSeconds: try reader.optionalInteger(.eta),
                    message: reader.message(),
                    preview: try reader.optionalInteger(.preview)
                )
            )
        case .heartbeat: self.body = .heartbeat
        case .succeeded: self.body = .succeeded(try reader.result())
        case .failed: self.body = .failed(try reader.failure())
        }
    }
}

/// Collects fields in order; nil adds none.
private struct FieldWriter {
    private(set) var fields: [(name: String, value: String)] = []

    subscript(field: TaskEvent.Field) -> (any CustomStringConvertible & Sendable)? {
        get { self.fields.first { $0.name == field.rawValue }?.value }
        set { if let newValue { self.fields.append((field.rawValue, newValue.description)) } }
    }

    mutating func write(_ failure: TaskFailure) {
        self[.code] = failure.code
        self[.message] = failure.message
        self[.retryable] = failure.isRetryable ? 1 : 0
        self[.exitCode] = failure.exitCode
    }

    mutating func write(_ result: TaskResult) {
        self[.key] = result.key
        self[.size] = result.size
        self[.sha256] = result.sha256
        self[.width] = result.width
        self[.height] = result.height
        self[.frames] = result.frames
        self[.duration] = result.durationMilliseconds
    }
}
