internal import MaaSControl
internal import MaaSCore

/// Revokes keys, and announces it to the other services.
@LoopActor
struct KeyRevocation {
    let store: TaskStore
    let redis: RedisClient
    let logger: Logger

    /// The length of the stream: services that were disconnected for longer have expired their caches anyway.
    private static let streamLength = 10_000

    /// Revokes a key of `user`, or of any user for nil. Throws 404 when there is no such valid key.
    func revoke(_ id: String, of user: String?, by origin: AuditOrigin) async throws {
        let ended = try await self.store.revokeKeys(id: id, user: user, by: origin)
        guard !ended.isEmpty else { throw WebError.notFound("there is no such key") }
        await self.tell(ended.map { Revocation(key: $0.id, user: $0.user) })
    }

    /// Revokes all keys of `user`. Returns their number.
    func revokeAll(of user: String, by origin: AuditOrigin) async throws -> Int {
        let ended = try await self.store.revokeKeys(user: user, by: origin)
        if !ended.isEmpty { await self.tell([Revocation(key: nil, user: user)]) }
        return ended.count
    }

    /// Best effort: keys are revoked in any case, and without Redis other services notice within seconds.
    private func tell(_ revocations: [Revocation]) async {
        do {
            try await self.redis.addToStream(
                SharedKeys.revocations,
                entries: revocations.map(\.fields),
                maximumLength: Self.streamLength
            )
        } catch {
            self.logger.warning("cannot notify the other services of a revocation", [.error: "\(error)"])
        }
    }
}
