internal import MaaSControl
internal import MaaSCore

/// An object as the answer itself, for clients that the object store cannot be shown to: whole or in parts, with its
/// validators.
///
/// It is fetched piece by piece, the next one when the client has taken the last: a slow reader holds one piece of memory
/// and no more.
@LoopActor
struct ObjectAnswer {
    let objects: ObjectStore

    private static let pieceSize = 512 << 10

    /// Nil when there is no such object.
    ///
    /// - Parameter fileName: browsers save it under this name instead of showing it.
    func make(_ key: String, type: String, fileName: String?, for request: WebRequest) async throws -> WebResponse? {
        guard let info = try await self.objects.head(key) else { return nil }
        // Objects of attempts are written once, so the key is as good as a tag where the store has none.
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
