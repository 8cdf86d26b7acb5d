internal import MaaSControl
internal import MaaSCore

/// The requested page of an administrative list: `?limit=100&after=<last_id>`.
struct AdminPage {
    let limit: Int
    /// The `last_id` of the previous page.
    let after: String?

    /// Throws 422 with all faults.
    ///
    /// - Parameter filters: the names of the list's filters in the query.
    init(_ query: WebQuery, filters: [String] = []) throws(WebError) {
        var faults: [WebError.Field] = []
        query.check(["limit", "after"] + filters, &faults)
        self.limit = query.number("limit", in: 1...500, default: 100, &faults)
        self.after = query["after"]
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// The response, from one row more than requested, which shows whether there are more.
    func answer<Row>(_ rows: [Row], id: (Row) -> String, view: (Row) -> JSONValue) -> WebResponse {
        let page = rows.prefix(self.limit)
        return .json([
            "data": .array(page.map(view)),
            "has_more": .bool(rows.count > self.limit),
            "last_id": JSONValue(page.last.map(id)),
        ])
    }
}
