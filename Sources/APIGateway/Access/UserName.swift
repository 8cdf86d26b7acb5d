/// What users may be called.
enum UserName {
    /// In bytes: the name is in tickets, which must fit into a WebSocket's handshake.
    static let limit = 48

    /// Completes "the name …".
    static let rule = "must have 1 to \(limit) bytes, none of them a control character, and \(PathName.rule)"

    static func isValid(_ name: String) -> Bool { name.utf8.count <= Self.limit && PathName.isValid(name) }
}
