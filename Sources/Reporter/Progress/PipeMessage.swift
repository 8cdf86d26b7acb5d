internal import MaaSCore

/// A line of the progress pipe, through which a program reports its own progress:
/// `{"stage":"denoising","n":12,"m":40}`, or just `12/40` for the current stage.
struct PipeMessage: Equatable {
    var stage: TaskStage?
    var step: Int
    var total: Int

    init(stage: TaskStage?, step: Int, total: Int) {
        self.stage = stage
        self.step = step
        self.total = total
    }

    /// Returns nil for a line of neither form.
    init?(_ line: String) {
        if line.first == "{" {
            guard case .object(let members)? = try? JSONValue(parsing: line.utf8),
                case .integer(let step)? = members["n"], case .integer(let total)? = members["m"]
            else { return nil }
            if let stage = members["stage"] {
                guard case .string(let name) = stage, let stage = TaskStage(rawValue: name) else { return nil }
                self.stage = stage
            }
            (self.step, self.total) = (Int(step), Int(total))
        } else {
            let parts = line.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let step = Int(parts[0]), let total = Int(parts[1]) else { return nil }
            (self.step, self.total) = (step, total)
        }
        guard self.total > 0, (0...self.total).contains(self.step) else { return nil }
    }

    /// The line for the pipe, with its terminator; shorter than `PIPE_BUF`, so that it is written atomically.
    var line: String {
        var members: [String: JSONValue] = ["n": .integer(Int64(self.step)), "m": .integer(Int64(self.total))]
        if let stage = self.stage { members["stage"] = .string(stage.rawValue) }
        return JSONValue.object(members).text + "\n"
    }
}
