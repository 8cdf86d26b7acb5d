internal import MaaSControl
internal import MaaSCore

/// Which part of an administrator's list is asked for: `?limit=100&after=<last_id>`.
struct AdminPage {
    let limit: Int
    /// The `last_id` of the page before.
    let after: String?

    static let limits = 1...500

    /// Throws 422 with every fault.
    init(_ query: WebQuery) throws(WebError) {
        self.limit = query["limit"].map { Int($0) ?? 0 } ?? 100
        self.after = query["after"]
        guard Self.limits.contains(self.limit) else {
            let (least, most) = (Self.limits.lowerBound, Self.limits.upperBound)
            throw .invalid([.init("limit", "must be a whole number from \(least) to \(most)")])
        }
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
