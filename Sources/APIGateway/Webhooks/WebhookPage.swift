internal import MaaSControl
internal import MaaSCore

/// The requested page of a list: `?limit=20&after=<id>`.
struct WebhookPage {
    let limit: Int
    let after: String?

    /// Adds faults to `faults`.
    ///
    /// - Parameter filters: the names of the list's filters in the query.
    init(_ query: WebQuery, filters: [String] = [], _ faults: inout [WebError.Field]) {
        query.check(["limit", "after"] + filters, &faults)
        self.limit = query.number("limit", in: 1...100, default: 20, &faults)
        self.after = query["after"]
    }

    /// The response, from one row more than the page has.
    func answer<Row>(_ rows: [Row], id: (Row) -> String, view: (Row) -> JSONValue) -> WebResponse {
        let shown = rows.prefix(self.limit)
        return .json([
            "object": "list",
            "data": .array(shown.map(view)),
            "first_id": JSONValue(shown.first.map(id)),
            "last_id": JSONValue(shown.last.map(id)),
            "has_more": .bool(rows.count > self.limit),
        ])
    }
}
