/// The query of a list or a watch.
struct ListQuery: Sendable, Hashable {
    let filter: ResourceFilter
    let limit: Int?
    let continuation: String?
    /// Nil for the newest; 0 in a request allows any version, so it gets the newest, too.
    let resourceVersion: Int?
    let isWatch: Bool
    let wantsBookmarks: Bool
    let sendsInitialEvents: Bool
    let timeoutSeconds: Int?

    /// - Throws: `BadRequest` for an invalid value.
    init(_ query: [String: String], path: ResourcePath) throws(APIStatus) {
        // Go writes a space in a query as a plus sign; no selector has a plus sign of its own.
        let labels = query["labelSelector"]?.replacing("+", with: " ") ?? ""
        var fields = query["fieldSelector"]?.replacing("+", with: " ") ?? ""
        if let name = path.name { fields = "metadata.name=\(name)" }
        self.filter = ResourceFilter(
            kind: path.kind,
            namespace: path.namespace,
            labels: try LabelSelector(labels),
            fields: try FieldSelector(fields, for: path.kind)
        )
        self.limit = try Self.number("limit", in: query)
        self.continuation = query["continue"].flatMap { $0.isEmpty ? nil : $0 }
        let version = try Self.number("resourceVersion", in: query)
        self.resourceVersion = version == 0 ? nil : version
        self.isWatch = Self.flag("watch", in: query)
        self.wantsBookmarks = Self.flag("allowWatchBookmarks", in: query)
        self.sendsInitialEvents = Self.flag("sendInitialEvents", in: query)
        self.timeoutSeconds = try Self.number("timeoutSeconds", in: query)
    }

    /// A flag as `strconv.ParseBool` reads it; kubectl writes `true`, others `1`.
    static func flag(_ name: String, in query: [String: String]) -> Bool {
        ["1", "t", "T", "true", "True", "TRUE"].contains(query[name] ?? "")
    }

    static func number(_ name: String, in query: [String: String]) throws(APIStatus) -> Int? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw APIStatus(.badRequest, "\(name): Invalid value: \"\(text)\": must be a whole number, zero or more")
        }
        return number
    }
}
