internal import MaaSControl
internal import MaaSCore

/// A task in the format of DashScope's API.
struct SynthesisTask {
    let row: TaskRow
    let wait: TaskWait?
    let catalog: TemplateCatalog
    /// The video's URL; nil when there is none.
    let url: String?

    static func status(of state: TaskState) -> String {
        switch state {
        case .queued: "PENDING"
        case .running: "RUNNING"
        case .completed: "SUCCEEDED"
        case .failed: "FAILED"
        case .cancelled: "CANCELED"
        }
    }

    static func states(of status: String) -> [TaskState]? {
        let states = TaskState.allCases.filter { Self.status(of: $0) == status.uppercased() }
        return states.isEmpty ? nil : states
    }

    /// The `output` of a response. Has `code` only after a failure: the client takes it for an error.
    var output: JSONValue {
        let row = self.row
        var members: [String: JSONValue] = [
            "task_id": .string(row.id.description),
            "task_status": .string(Self.status(of: row.state)),
            "submit_time": .string(Self.text(row.created)),
        ]
        members["scheduled_time"] = row.started.map { .string(Self.text($0)) }
        members["end_time"] = row.ended.map { .string(Self.text($0)) }
        members["expire_time"] = row.expires.map { .string(Self.text($0)) }
        members["orig_prompt"] = row.parameters["prompt"]
        members["video_url"] = self.url.map { .string($0) }
        if row.state == .running { members["progress"] = .number(row.progress?.percent ?? 0) }
        if let wait = self.wait { members["position"] = JSONValue(wait.position) }
        if row.state == .failed {
            members["code"] = .string(row.failure?.code ?? "InternalError")
            members["message"] = .string(row.failure?.message ?? "The generation failed.")
        }
        return .object(members)
    }

    /// The billed usage; nil until there is a video.
    var usage: JSONValue? {
        guard self.row.state == .completed else { return nil }
        let seconds = self.catalog[self.row.template]?.seconds(of: self.row.parameters)
        return [
            "video_count": 1,
            "video_duration": seconds.flatMap { Int64(exactly: $0.rounded(.up)) }.map { .integer($0) } ?? .null,
            "video_ratio": self.row.parameters["size"]?.string.map { .string($0.replacing("x", with: "*")) } ?? .null,
        ]
    }

    /// An element of a list.
    var summary: JSONValue {
        var members = self.output.object ?? [:]
        members["model_name"] = .string(self.row.template)
        members["status"] = members["task_status"]
        return .object(members)
    }

    /// `2026-10-01 10:00:00.000`, in UTC.
    private static func text(_ time: Timestamp) -> String {
        time.description.replacing("T", with: " ").replacing("Z", with: "")
    }
}
