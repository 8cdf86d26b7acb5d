internal import MaaSCore

/// The start of the next page of a list: the revision of the first page and the last key sent.
///
/// The token contains all of it, so the server keeps no state for clients that never return.
struct ListContinuation: Sendable, Hashable {
    let revision: Int
    let namespace: String
    let name: String

    /// The opaque text that a client passes back.
    var token: String { Base64.url.encode(Array("\(self.revision)/\(self.namespace)/\(self.name)".utf8)) }

    init(revision: Int, after key: ResourceKey) {
        self.revision = revision
        self.namespace = key.namespace
        self.name = key.name
    }

    /// Parses a token; throws `BadRequest` for one that this server did not issue.
    init(token: String) throws(APIStatus) {
        let parts = Base64.url.decode(token).map {
            String(decoding: $0, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: false)
        }
        guard let parts, parts.count == 3, let revision = Int(parts[0]) else {
            throw APIStatus(.badRequest, "continue key is not valid: it was not given out by this server")
        }
        self.revision = revision
        self.namespace = String(parts[1])
        self.name = String(parts[2])
    }
}
