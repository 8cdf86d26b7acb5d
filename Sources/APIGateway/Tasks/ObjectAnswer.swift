internal import MaaSControl
internal import MaaSCore

/// Streams an object to a client, with range support and validators, for clients that cannot reach the object store.
///
/// It is fetched in pieces, the next one when the client has taken most of the previous one, so a slow client holds
/// about two pieces in memory; a user may have only so many clients.
@LoopActor
struct ObjectAnswer {
    let objects: ObjectStore
    private let slots = UserSlots(limit: 32, code: "too_many_streams", retryAfter: 2) {
        "\($0) files are being sent to you, the most at once: fetch this one when one of them is complete"
    }

    private static let pieceSize = 512 << 10

    init(objects: ObjectStore) { self.objects = objects }

    /// Nil when the object does not exist. Throws 429 when too many are being sent to the user.
    ///
    /// - Parameter fileName: makes browsers save it under this name instead of showing it.
    func make(
        _ key: String,
        of user: String,
        type: String,
        fileName: String?,
        for request: WebRequest
    ) async throws -> WebResponse? {
        guard let info = try await self.objects.head(key) else { return nil }
        // Attempts' objects are written once, so the key can serve as entity tag if the store has none.
        let tag = info.entityTag ?? "\"\(Hexadecimal.encode(Array(SHA256.digest(of: key).prefix(16))))\""
        let selection = ContentSelection(for: request, size: Int(info.size), tag: tag)
        var response = WebResponse(status: selection.status, headers: selection.headers)
        response.headers["Cache-Control"] = "private, max-age=3600"
        if selection.range.isEmpty { return response }
        response.headers["Content-Type"] = type
        if let fileName { response.headers["Content-Disposition"] = "attachment; filename=\"\(fileName)\"" }
        if request.method != .head { try self.slots.check(user) }
        response.body = .sized(selection.range.count) { stream in
            try await self.slots.withSlot(of: user) { try await self.send(key, selection.range, of: info, to: stream) }
        }
        return response
    }

    private func send(
        _ key: String,
        _ range: Range<Int>,
        of info: ObjectInfo,
        to stream: ResponseStream
    ) async throws {
        var rest = range
        while !rest.isEmpty {
            let piece = rest.prefix(Self.pieceSize)
            let part = try await self.objects.get(key, range: piece)
            guard part.entityTag == info.entityTag else {
                throw ObjectStoreError(.refused, "the object has changed")
            }
            try await stream.write(part.bytes)
            rest = piece.upperBound..<rest.upperBound
        }
    }
}
