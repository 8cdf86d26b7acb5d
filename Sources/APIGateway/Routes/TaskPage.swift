internal import MaaSControl
internal import MaaSCore

/// Which page of a list is asked for: `?limit=20&after=<id>&status=RUNNING`.
struct TaskPage {
    let limit: Int
    let after: TaskID?
    let state: TaskState?

    /// Throws 422 with every fault.
    init(_ query: WebQuery) throws(WebError) {
        var faults: [WebError.Field] = []
        let limit = query["limit"].map { Int($0) ?? 0 } ?? 20
        if !(1...100).contains(limit) { faults.append(.init("limit", "must be a whole number from 1 to 100")) }
        self.limit = limit
        self.after = query["after"].flatMap { TaskID($0) }
        if query["after"] != nil, self.after == nil { faults.append(.init("after", "must be the id of a task")) }
        self.state = query["status"].flatMap { TaskState(rawValue: $0.uppercased()) }
        if query["status"] != nil, self.state == nil {
            let names = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(.init("status", "must be one of \(names)"))
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}
