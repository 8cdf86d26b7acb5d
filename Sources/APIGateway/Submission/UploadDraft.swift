internal import MaaSControl
internal import MaaSCore

/// A file that somebody wants to upload: `{"size": 183042}`.
struct UploadDraft: Sendable, Hashable {
    /// Bytes of the file, no more and no fewer.
    let size: Int64

    /// Throws 422 with every fault.
    ///
    /// - Parameter limit: the most a picture may hold.
    init(_ body: JSONValue, limit: ByteCount) throws(WebError) {
        guard let members = body.object else { throw .badRequest("the body must be a JSON object with size") }
        let unknown = members.keys.filter { $0 != "size" }.sorted()
        var faults = unknown.map { WebError.Field($0, "is unknown; size is known") }
        let size = members["size"]?.integer.flatMap { (1...Int64(limit.bytes)).contains($0) ? $0 : nil }
        if size == nil {
            faults.append(.init("size", "must be the file's size in bytes, from 1 to \(limit.bytes)"))
        }
        guard faults.isEmpty, let size else { throw .invalid(faults) }
        self.size = size
    }
}
