internal import MaaSControl
internal import MaaSCore

/// Streams an object to a client, with range support and validators, for clients that cannot reach the object store.
///
/// It is fetched in pieces, the next one when the client has taken the previous one, so a slow client holds only one
/// piece in memory.
@LoopActor
struct ObjectAnswer {
    let objects: ObjectStore

    private static let pieceSize = 512 << 10

    /// Nil when the object does not exist.
    ///
    /// - Parameter fileName: makes browsers save it under this name instead of showing it.
    func make(_ key: String, type: String, fileName: String?, for request: WebRequest) async throws -> WebResponse? {
        guard let info = try await self.objects.head(key) else { return nil }
        // Attempts' objects are written once, so the key can serve as entity tag if the store has none.
        let tag = info.entityTag ?? "\"\(Hexadecimal.encode(Array(SHA256.digest(of: key).prefix(16))))\""
        let selection = ContentSelection(for: request, size: Int(info.size), tag: tag)
        var response = WebResponse(status: selection.status, headers: selection.headers)
        response.headers["Cache-Control"] = "private, max-age=3600"
        if selection.range.isEmpty { return response }
        response.headers["Content-Type"] = type
        if let fileName { response.headers["Content-Disposition"] = "attachment; filename=\"\(fileName)\"" }
        response.body = .sized(selection.range.count) { [objects] stream in
            var rest = selection.range
            while !rest.isEmpty {
                let piece = rest.prefix(Self.pieceSize)
                let part = try await objects.get(key, range: piece)
                guard part.entityTag == info.entityTag else {
                    throw ObjectStoreError(.refused, "the object has changed")
                }
                try await stream.write(part.bytes)
                rest = piece.upperBound..<rest.upperBound
            }
        }
        return response
    }
}
