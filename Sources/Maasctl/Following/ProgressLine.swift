internal import MaaSCore

/// One line with a task's state, and a bar while it runs.
struct ProgressLine {
    private static let barWidth = 28

    let status: TaskStatus

    init(_ status: TaskStatus) { self.status = status }

    /// At most `width` characters, so that a terminal does not wrap it.
    func text(width: Int = 80) -> String {
        let words =
            switch self.status.state {
            case "QUEUED": self.waiting
            case "RUNNING": self.running
            case "COMPLETED": ["COMPLETED", self.result]
            default: [self.status.state, self.failure]
            }
        return String(words.filter { !$0.isEmpty }.joined(separator: "  ").prefix(width))
    }

    /// A key that changes with state, stage, place and each tenth of progress, for output that cannot be overwritten.
    var milestone: String {
        let tenth = Int((self.status["percent"]?.number ?? 0) / 10)
        let place = self.status["position"]?.integer.map { "\($0)" } ?? ""
        return "\(self.status.state) \(self.status["stage"]?.string ?? "") \(tenth) \(place)"
    }

    private var waiting: [String] {
        let place = self.status["position"]?.integer.map { "place \($0)" } ?? ""
        let reason = self.status["reason"]?.string.map { $0.replacing("_", with: " ") } ?? ""
        return ["QUEUED", place, reason, self.eta(before: "starts in about ")]
    }

    private var running: [String] {
        let percent = min(100, max(0, self.status["percent"]?.number ?? 0))
        let filled = Int(percent / 100 * Double(Self.barWidth))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
        var steps = ""
        if let step = self.status["step"]?.integer, let total = self.status["total"]?.integer {
            steps = "\(step)/\(total)"
        }
        let stage = (self.status["stage"]?.string ?? "starting").replacing("_", with: " ")
        let number = Int(percent)
        let padding = String(repeating: " ", count: number < 10 ? 2 : number < 100 ? 1 : 0)
        return [bar, "\(padding)\(number)%", stage, steps, self.eta(before: "")]
    }

    private var result: String {
        guard let result = self.status["result"] else { return "" }
        var words: [String] = []
        if let width = result["width"]?.integer, let height = result["height"]?.integer {
            words.append("\(width)×\(height)")
        }
        if let length = result["duration_ms"]?.number { words.append("\((length / 100).rounded() / 10) s") }
        if let size = result["size"]?.number { words.append("\(max(1, Int((size / 1024).rounded()))) KiB") }
        return words.joined(separator: ", ")
    }

    private var failure: String {
        let error = self.status["error"]
        return [error?["code"]?.string, error?["message"]?.string].compactMap(\.self).joined(separator: ": ")
    }

    /// `1:05`, or with hours `1:02:03`.
    private func eta(before words: String) -> String {
        guard let seconds = self.status["eta_s"]?.integer, seconds >= 0 else { return "" }
        let two = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
        let minutes = seconds / 60 % 60
        let time =
            seconds >= 3600
            ? "\(seconds / 3600):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
        return words + time
    }
}
