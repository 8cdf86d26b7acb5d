internal import MaaSControl
internal import MaaSCore

/// Which part of an administrator's list is asked for: `?limit=100&after=<last_id>`.
struct AdminPage {
    let limit: Int
    /// The `last_id` of the page before.
    let after: String?

    /// Throws 422 with every fault.
    init(_ query: WebQuery) throws(WebError) {
        var faults: [WebError.Field] = []
        self.limit = query.number("limit", in: 1...500, default: 100, &faults)
        self.after = query["after"]
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// The answer, from one row more than asked for: it shows whether there are more.
    func answer<Row>(_ rows: [Row], id: (Row) -> String, view: (Row) -> JSONValue) -> WebResponse {
        let page = rows.prefix(self.limit)
        return .json([
            "data": .array(page.map(view)),
            "has_more": .bool(rows.count > self.limit),
            "last_id": JSONValue(page.last.map(id)),
        ])
    }
}
