internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite("Reader of revoked keys", .enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct RevokedKeyReaderTests {
    @Test("What was revoked shortly before the start is read, and what is revoked later, each once; older is not")
    func keys() async throws {
        try await ScratchSchema.withTaskStore { store in
            func key(_ name: String) async throws -> String {
                try await store.createKey(user: "ada", name: name, hash: SHA256.digest(of: name)).id
            }
            let (ancient, late, live, last) = (
                try await key("ancient"), try await key("late"), try await key("live"), try await key("last")
            )
            for id in [ancient, late] { _ = try await store.revokeKeys(id: id) }
            try await store.pool.execute(
                "UPDATE api_keys SET revoked_at = now() - interval '1 hour' WHERE id = \(ancient)"
            )
            let (revocations, continuation) = AsyncStream.makeStream(of: Revocation.self)
            let reader = RevokedKeyReader(
                store,
                recall: .minutes(1),
                interval: .milliseconds(20),
                logger: Logger(service: "test", level: .error)
            ) { continuation.yield($0) }
            try await reader.start()
            var read = revocations.makeAsyncIterator()
            let first = await read.next()
            #expect(first?.key == late && first?.user == "ada")
            _ = try await store.revokeKeys(id: live)
            #expect(await read.next()?.key == live)
            // Nothing was told again meanwhile.
            _ = try await store.revokeKeys(id: last)
            #expect(await read.next()?.key == last)
            await reader.stop()
        }
    }

    @Test("What was revoked while the rows could not be read is read when they can")
    func fault() async throws {
        try await ScratchSchema.withTaskStore { store in
            let id = try await store.createKey(user: "ada", name: "a", hash: SHA256.digest(of: "a")).id
            let (revocations, continuation) = AsyncStream.makeStream(of: Revocation.self)
            let reader = RevokedKeyReader(
                store,
                recall: .minutes(1),
                interval: .milliseconds(20),
                logger: Logger(service: "test", level: .error)
            ) { continuation.yield($0) }
            try await store.pool.execute("ALTER TABLE api_keys RENAME COLUMN revoked_at TO gone")
            try await reader.start()
            try await store.pool.execute("UPDATE api_keys SET gone = now() WHERE id = \(id)")
            try await store.pool.execute("ALTER TABLE api_keys RENAME COLUMN gone TO revoked_at")
            var read = revocations.makeAsyncIterator()
            #expect(await read.next()?.key == id)
            await reader.stop()
        }
    }
}
