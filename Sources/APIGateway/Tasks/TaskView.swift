internal import MaaSControl
internal import MaaSCore

/// A task as its owner sees it.
struct TaskView {
    let row: TaskRow
    let wait: TaskWait?
    let classes: PriorityClasses

    var json: JSONValue {
        let row = self.row
        let isRunning = row.state == .running
        let progress = isRunning ? row.progress : nil
        let members: [String: JSONValue] = [
            "task_id": .string(row.id.description),
            "template": .string(row.template),
            "parameters": row.parameters,
            "priority": .string(self.classes.name(of: row.priority)),
            "status": .string(row.state.rawValue),
            "stage": Self.text(progress?.stage.rawValue),
            "step": Self.number(progress?.step),
            "total": Self.number(progress?.total),
            "percent": self.percent,
            "eta_s": Self.number(self.wait?.etaSeconds ?? progress?.etaSeconds),
            "position": Self.number(self.wait?.position),
            "reason": Self.text(self.wait?.reason.rawValue),
            "attempt": .integer(Int64(row.attempt)),
            "error": row.state == .failed ? Self.failure(row.failure) : .null,
            // The last attempt's failure while the task itself goes on.
            "last_error": row.state.isTerminal ? .null : Self.failure(row.failure),
            "labels": JSONValue(row.labels),
            "derived_from": JSONValue(row.origin?.description),
            "created_at": .string("\(row.created)"),
            "started_at": Self.text(row.started.map { "\($0)" }),
            "ended_at": Self.text(row.ended.map { "\($0)" }),
            "expires_at": Self.text(row.expires.map { "\($0)" }),
            "cancel_requested_at": Self.text(row.cancelRequested.map { "\($0)" }),
            "gpus_released_at": Self.text(row.gpusReleased.map { "\($0)" }),
            "has_image": .bool(row.input != nil),
            "result": self.result,
        ]
        return .object(members)
    }

    private var percent: JSONValue {
        switch self.row.state {
        case .running: .number(self.row.progress?.percent ?? 0)
        case .completed: .number(100)
        case .queued, .failed, .cancelled: .null
        }
    }

    private var result: JSONValue {
        guard let result = self.row.result, self.row.state == .completed else { return .null }
        return .object([
            "size": .integer(result.size),
            "sha256": Self.text(result.sha256),
            "width": Self.number(result.width),
            "height": Self.number(result.height),
            "frames": Self.number(result.frames),
            "duration_ms": Self.number(result.durationMilliseconds),
            "url": .string("/v1/tasks/\(self.row.id)/content"),
        ])
    }

    private static func failure(_ failure: TaskFailure?) -> JSONValue {
        failure.map { ["code": .string($0.code), "message": .string($0.message)] } ?? .null
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    private static func number(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
}
