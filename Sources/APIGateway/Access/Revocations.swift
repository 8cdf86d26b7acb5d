internal import MaaSControl
internal import MaaSCore

/// Ends the life of keys, and tells the other services at once.
@LoopActor
struct Revocations {
    let store: TaskStore
    let redis: RedisClient
    let logger: Logger

    /// Entries that are kept: who was away for longer has forgotten all there was to forget.
    private static let streamLength = 10_000

    /// Ends one key of `user`'s, or of anybody's for nil. Throws 404 when there is none that works.
    func revoke(_ id: String, of user: String?, by origin: AuditOrigin) async throws {
        let ended = try await self.store.revokeKeys(id: id, user: user, by: origin)
        guard !ended.isEmpty else { throw WebError.notFound("there is no such key") }
        await self.tell(ended.map { Revocation(key: $0.id, user: $0.user) })
    }

    /// Ends all keys of `user`. Returns how many there were.
    func revokeAll(of user: String, by origin: AuditOrigin) async throws -> Int {
        let ended = try await self.store.revokeKeys(user: user, by: origin)
        if !ended.isEmpty { await self.tell([Revocation(key: nil, user: user)]) }
        return ended.count
    }

    /// They are revoked whether the others hear of it or not: without Redis it takes them seconds to find out.
    private func tell(_ revocations: [Revocation]) async {
        do {
            try await self.redis.addToStream(
                SharedKeys.revocations,
                entries: revocations.map(\.fields),
                maximumLength: Self.streamLength
            )
        } catch {
            self.logger.warning("a revocation was not told to the other services", [.error: "\(error)"])
        }
    }
}
