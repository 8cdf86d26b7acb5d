internal import MaaSCore

/// The changed members of a task's view, with their new values.
enum TaskNews: Sendable, Hashable {
    /// The progress of the running task, by far the most frequent change. It always has all progress members, so a
    /// later one replaces an earlier one.
    case progress(TaskProgress, attempt: Int)
    case members([String: JSONValue])

    var members: [String: JSONValue] {
        switch self {
        case .members(let members): members
        case .progress(let progress, let attempt): progress.members(attempt: attempt)
        }
    }

    subscript(name: String) -> JSONValue? { self.members[name] }

    /// Merges in later news; the later values win.
    mutating func merge(_ later: TaskNews) {
        if case (.progress, .progress) = (self, later) {
            self = later
        } else {
            self = .members(self.members.merging(later.members) { $1 })
        }
    }

    /// Appends a JSON object.
    func write(to bytes: inout [UInt8]) {
        switch self {
        case .members(let members): JSONValue.object(members).write(to: &bytes)
        case .progress(let progress, let attempt): progress.write(to: &bytes, attempt: attempt)
        }
    }
}

extension TaskProgress {
    fileprivate func members(attempt: Int) -> [String: JSONValue] {
        var members = TaskProgress?.some(self).view
        members["status"] = .string(TaskState.running.rawValue)
        members["attempt"] = JSONValue(attempt)
        return members
    }

    /// Appends the JSON of ``members(attempt:)`` without building the dictionary.
    fileprivate func write(to bytes: inout [UInt8], attempt: Int) {
        bytes += #"{"attempt":"#.utf8
        JSONValue(attempt).write(to: &bytes)
        bytes += #","eta_s":"#.utf8
        JSONValue(self.etaSeconds).write(to: &bytes)
        bytes += #","message":"#.utf8
        JSONValue(self.message).write(to: &bytes)
        bytes += #","percent":"#.utf8
        JSONValue.number(self.percent).write(to: &bytes)
        if let preview = self.preview {
            bytes += #","preview":"#.utf8
            JSONValue(preview).write(to: &bytes)
        }
        bytes += #","stage":""#.utf8
        bytes += self.stage.rawValue.utf8
        bytes += #"","status":""#.utf8
        bytes += TaskState.running.rawValue.utf8
        bytes += #"","step":"#.utf8
        JSONValue(self.step).write(to: &bytes)
        bytes += #","total":"#.utf8
        JSONValue(self.total).write(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}
