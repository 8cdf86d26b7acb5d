internal import MaaSControl
internal import MaaSCore

extension TaskFilter {
    /// The names of filters in a query: `?status=RUNNING&template=demo&from=2026-11-24T00:00:00Z&label=project:alpha`.
    static let queryNames = ["status", "template", "q", "from", "until", "label"]
    /// Those that may occur more than once.
    static let repeatableNames: Set = ["label"]
    /// The longest search text, in characters.
    private static let textLimit = 200

    /// Parses the filter in a query. Its faults are added to `faults`.
    init(_ query: WebQuery, _ faults: inout [WebError.Field]) {
        self.init()
        if let text = query["status"] { self.states = Self.states(text, &faults) }
        self.template = query["template"]
        self.text = Self.text(query, &faults)
        self.from = Self.time("from", query, &faults)
        self.until = Self.time("until", query, &faults)
        for text in query.values(of: "label") {
            guard let (name, value) = TaskLabels.pair(text) else {
                faults.append(.init("label", "must be a name and a value such as project:alpha"))
                continue
            }
            if let other = self.labels.updateValue(value, forKey: name), other != value {
                faults.append(.init("label", "must give \(name) one value: a task has only one"))
            }
        }
    }

    /// One state, or several separated by commas.
    private static func states(_ text: String, _ faults: inout [WebError.Field]) -> [TaskState] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        let states = names.compactMap { TaskState(rawValue: $0.uppercased()) }
        if states.count < names.count {
            let all = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(.init("status", "must be one of \(all), or several, separated by commas"))
        }
        return states
    }

    /// The search text; an empty one, as from an empty input field, is ignored.
    private static func text(_ query: WebQuery, _ faults: inout [WebError.Field]) -> String? {
        guard let text = query["q"], !text.isEmpty else { return nil }
        if text.unicodeScalars.count > Self.textLimit {
            faults.append(.init("q", "must have at most \(Self.textLimit) characters"))
        }
        return text
    }

    private static func time(_ name: String, _ query: WebQuery, _ faults: inout [WebError.Field]) -> Timestamp? {
        guard let text = query[name] else { return nil }
        let time = Timestamp(text)
        if time == nil { faults.append(.init(name, "must be a time such as 2026-11-24T08:00:00Z")) }
        return time
    }
}
