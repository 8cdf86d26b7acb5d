internal import MaaSControl
internal import MaaSCore

/// A task in the format of OpenAI's video API. Fields that it lacks (position, stage) have our names.
struct VideoObject {
    let row: TaskRow
    let wait: TaskWait?
    let catalog: TemplateCatalog

    /// The suggested poll interval in milliseconds: a twentieth of the remaining time, so that polls are few and the
    /// client seldom notices late.
    var pollInterval: Int {
        let left = self.wait?.etaSeconds ?? self.row.progress?.etaSeconds ?? 20
        return min(100, max(10, left)) * 50
    }

    var json: JSONValue {
        let row = self.row
        return [
            "id": .string("\(VideoID(row.id))"),
            "object": "video",
            "model": .string(row.template),
            "status": .string(self.status),
            "progress": .integer(self.progress),
            "created_at": .integer(row.created.seconds),
            "completed_at": row.state == .completed ? row.ended.map { .integer($0.seconds) } ?? .null : .null,
            "expires_at": row.state == .completed ? row.expires.map { .integer($0.seconds) } ?? .null : .null,
            "prompt": row.parameters["prompt"] ?? .null,
            "size": row.parameters["size"] ?? .null,
            "seconds": JSONValue(self.seconds),
            "remixed_from_video_id": JSONValue(row.origin.map { "\(VideoID($0))" }),
            "error": self.error,
            "position": JSONValue(self.wait?.position),
            "eta_s": JSONValue(self.wait?.etaSeconds ?? row.progress?.etaSeconds),
            "stage": row.state == .running ? row.progress.map { .string($0.stage.rawValue) } ?? .null : .null,
        ]
    }

    private var status: String {
        switch self.row.state {
        case .queued: "queued"
        case .running: "in_progress"
        case .completed: "completed"
        // The API has no other final state; the error's code tells that it was cancelled.
        case .failed, .cancelled: "failed"
        }
    }

    private var progress: Int64 {
        switch self.row.state {
        case .completed: 100
        case .running: Int64(self.row.progress?.percent ?? 0)
        case .queued, .failed, .cancelled: 0
        }
    }

    /// A string, as in the API.
    private var seconds: String? {
        guard let seconds = self.catalog[self.row.template]?.seconds(of: self.row.parameters) else { return nil }
        return Int(exactly: seconds).map { String($0) } ?? String(seconds)
    }

    private var error: JSONValue {
        switch self.row.state {
        case .cancelled: ["code": "cancelled", "message": "The video was cancelled."]
        case .failed:
            [
                "code": .string(self.row.failure?.code.lowercased() ?? "failed"),
                "message": .string(self.row.failure?.message ?? "The generation failed."),
            ]
        case .queued, .running, .completed: .null
        }
    }
}
