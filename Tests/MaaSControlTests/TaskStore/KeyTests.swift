import MaaSCore
import MaaSTesting
import Testing

@testable import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct KeyTests {
    @Test func aKeyIsItsUsersUntilItIsRevoked() async throws {
        try await ScratchSchema.withTaskStore { store in
            let hashes = ["one", "two"].map { SHA256.digest(of: $0) }
            let id = try await store.createKey(user: "ada", name: "laptop", hash: hashes[0])
            _ = try await store.createKey(user: "ada", name: "server", hash: hashes[1])
            #expect(try await store.user(forKeyHash: hashes[0]) == "ada")
            try await store.touchKey(hash: hashes[0])
            #expect(try await store.revokeKey(id))
            #expect(try await store.revokeKey(id) == false)
            #expect(try await store.user(forKeyHash: hashes[0]) == nil)
            #expect(try await store.user(forKeyHash: hashes[1]) == "ada")
        }
    }

    @Test func theSameKeyTwiceIsRefused() async throws {
        try await ScratchSchema.withTaskStore { store in
            let hash = SHA256.digest(of: "one")
            _ = try await store.createKey(user: "ada", name: "laptop", hash: hash)
            let error = await #expect(throws: PostgresError.self) {
                try await store.createKey(user: "bob", name: "laptop", hash: hash)
            }
            #expect(error?.sqlState == "23505")
        }
    }

    @Test func theLocalKeyIsReplaced() async throws {
        try await ScratchSchema.withTaskStore { store in
            let hashes = ["one", "two"].map { SHA256.digest(of: $0) }
            for hash in hashes + hashes.suffix(1) { try await store.upsertLocalKey(user: "local", hash: hash) }
            #expect(try await store.user(forKeyHash: hashes[0]) == nil)
            #expect(try await store.user(forKeyHash: hashes[1]) == "local")
        }
    }
}
