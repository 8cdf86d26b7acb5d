internal import MaaSControl
internal import MaaSCore

/// A validated request to create or change an endpoint. Absent members are nil.
struct WebhookEndpointDraft {
    private(set) var name: String?
    private(set) var url: String?
    private(set) var eventTypes: [String]?
    private(set) var isEnabled: Bool?

    private static let longestName = 128

    /// Throws 422 with all faults.
    ///
    /// - Parameter isNew: whether all members but `enabled` are required.
    init(_ document: JSONValue, isNew: Bool) throws(WebError) {
        guard let members = document.object else { throw .badRequest("an endpoint is an object") }
        let known = isNew ? ["name", "url", "event_types"] : ["name", "url", "event_types", "enabled"]
        var faults = members.keys.sorted().filter { !known.contains($0) }.map {
            WebError.Field($0, "is not a member of an endpoint; the members are \(known.joined(separator: ", "))")
        }
        self.name = Self.text(members["name"], "name", &faults)
        if let name = self.name,
            name.isBlank || name.codePointCount > Self.longestName || name.utf8.contains(where: { $0 < 0x20 })
        {
            faults.append(.init("name", "must be a single line of 1 to \(Self.longestName) characters, not blank"))
        }
        self.url = Self.text(members["url"], "url", &faults)
        if let url = self.url, OutboundURL.parse(url) == nil {
            faults.append(.init("url", "must be \(OutboundURL.expected)"))
        }
        self.eventTypes = Self.eventTypes(members["event_types"], "event_types", &faults)
        if let enabled = members["enabled"], !isNew {
            self.isEnabled = enabled.bool
            if self.isEnabled == nil { faults.append(.init("enabled", "must be true or false")) }
        }
        if isNew {
            for name in known where members[name] == nil { faults.append(.init(name, "is required")) }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func text(_ value: JSONValue?, _ field: String, _ faults: inout [WebError.Field]) -> String? {
        guard let value else { return nil }
        if value.string == nil { faults.append(.init(field, "must be a string")) }
        return value.string
    }

    /// Nil when absent.
    static func eventTypes(_ value: JSONValue?, _ field: String, _ faults: inout [WebError.Field]) -> [String]? {
        guard let value else { return nil }
        let known = WebhookEventType.allCases.map(\.rawValue)
        let types = value.array?.map { $0.string ?? "" } ?? []
        if types.isEmpty || !types.allSatisfy(known.contains) {
            faults.append(.init(field, "must be a list of some of \(known.joined(separator: ", "))"))
        }
        // In canonical order, without duplicates.
        return known.filter(types.contains)
    }
}
