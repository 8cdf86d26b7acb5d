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
            "stage": JSONValue(progress?.stage.rawValue),
            "step": JSONValue(progress?.step),
            "total": JSONValue(progress?.total),
            "percent": self.percent,
            "eta_s": JSONValue(self.wait?.etaSeconds ?? progress?.etaSeconds),
            "position": JSONValue(self.wait?.position),
            "reason": JSONValue(self.wait?.reason.rawValue),
            "attempt": JSONValue(row.attempt),
            "error": row.state == .failed ? row.failure?.view ?? .null : .null,
            // The last attempt's failure while the task itself goes on.
            "last_error": row.state.isTerminal ? .null : row.failure?.view ?? .null,
            "labels": JSONValue(row.labels),
            "derived_from": JSONValue(row.origin?.description),
            "created_at": .string("\(row.created)"),
            "started_at": JSONValue(row.started.map { "\($0)" }),
            "ended_at": JSONValue(row.ended.map { "\($0)" }),
            "expires_at": JSONValue(row.expires.map { "\($0)" }),
            "cancel_requested_at": JSONValue(row.cancelRequested.map { "\($0)" }),
            "gpus_released_at": JSONValue(row.gpusReleased.map { "\($0)" }),
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
        return result.view(of: self.row.id)
    }
}
