internal import MaaSControl
internal import MaaSCore

/// Which page of a list is asked for: `?limit=20&after=<id>&status=RUNNING&template=demo&q=fox`.
struct TaskPage {
    let limit: Int
    let after: TaskID?
    let filter: TaskFilter

    /// Of what is searched for, in characters.
    private static let textLimit = 200

    /// Throws 422 with every fault.
    init(_ query: WebQuery) throws(WebError) {
        var faults: [WebError.Field] = []
        self.limit = query["limit"].map { Int($0) ?? 0 } ?? 20
        if !(1...100).contains(self.limit) { faults.append(.init("limit", "must be a whole number from 1 to 100")) }
        self.after = query["after"].flatMap { TaskID($0) }
        if query["after"] != nil, self.after == nil { faults.append(.init("after", "must be the id of a task")) }
        var filter = TaskFilter()
        if let text = query["status"] { filter.states = Self.states(text, &faults) }
        filter.template = query["template"]
        filter.text = Self.text(query, &faults)
        filter.from = Self.time("from", query, &faults)
        filter.until = Self.time("until", query, &faults)
        self.filter = filter
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// One state, or several with commas between.
    private static func states(_ text: String, _ faults: inout [WebError.Field]) -> [TaskState] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        let states = names.compactMap { TaskState(rawValue: $0.uppercased()) }
        if states.count < names.count {
            let all = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(.init("status", "must be one of \(all), or several with commas between"))
        }
        return states
    }

    /// What is searched for; an empty text, as a field has it in which nothing was written, searches for nothing.
    private static func text(_ query: WebQuery, _ faults: inout [WebError.Field]) -> String? {
        guard let text = query["q"], !text.isEmpty else { return nil }
        if text.unicodeScalars.count > Self.textLimit {
            faults.append(.init("q", "must have \(Self.textLimit) characters at most"))
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
