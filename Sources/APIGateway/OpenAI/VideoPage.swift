internal import MaaSControl
internal import MaaSCore

/// The requested page of videos: `?limit=20&after=video_…&order=desc`.
struct VideoPage {
    let limit: Int
    let after: TaskID?
    let filter: TaskFilter

    /// Throws 422 with all faults.
    init(_ query: WebQuery) throws(WebError) {
        var faults: [WebError.Field] = []
        self.limit = query.number("limit", in: 0...100, default: 20, &faults)
        self.after = query["after"].flatMap { VideoID($0)?.task }
        if query["after"] != nil, self.after == nil { faults.append(.init("after", "must be the id of a video")) }
        var filter = TaskFilter()
        switch query["order"] {
        case nil, "desc": break
        case "asc": filter.isOldestFirst = true
        default: faults.append(.init("order", "must be asc or desc"))
        }
        self.filter = filter
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}
