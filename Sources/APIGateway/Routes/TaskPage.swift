internal import MaaSControl
internal import MaaSCore

/// The requested page of a list: `?limit=20&after=<id>`, and a filter.
struct TaskPage {
    let limit: Int
    let after: TaskID?
    let filter: TaskFilter

    /// Throws 422 with all faults.
    init(_ query: WebQuery) throws(WebError) {
        var faults: [WebError.Field] = []
        query.check(["limit", "after"] + TaskFilter.queryNames, repeatable: TaskFilter.repeatableNames, &faults)
        self.limit = query.number("limit", in: 1...100, default: 20, &faults)
        self.after = query["after"].flatMap { TaskID($0) }
        if query["after"] != nil, self.after == nil { faults.append(.init("after", "must be the id of a task")) }
        self.filter = TaskFilter(query, &faults)
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}
