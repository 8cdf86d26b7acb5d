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
            let key = try await store.createKey(user: "ada", name: "laptop", hash: hashes[0])
            #expect(key.scopes == [.submit, .read])
            #expect(key.lastUsed == nil)
            _ = try await store.createKey(user: "ada", name: "server", hash: hashes[1])
            #expect(try await store.key(hash: hashes[0])?.user == "ada")
            try await store.touchKeys([key.id])
            #expect(try await store.key(hash: hashes[0])?.lastUsed != nil)
            #expect(try await store.keys(of: "ada", limit: 10).count == 2)
            #expect(try await store.keys(of: "ada", after: key.id, limit: 10).count <= 1)
            #expect(try await store.revokeKeys(id: key.id, user: "bob").isEmpty)
            #expect(try await store.revokeKeys(id: key.id, user: "ada").map(\.id) == [key.id])
            #expect(try await store.revokeKeys(id: key.id).isEmpty)
            #expect(try await store.keys(of: nil, limit: 10).map(\.name) == ["server"])
            #expect(try await store.key(hash: hashes[0]) == nil)
            #expect(try await store.key(hash: hashes[1])?.user == "ada")
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
            #expect(try await store.key(hash: hashes[0]) == nil)
            #expect(try await store.key(hash: hashes[1])?.scopes == [.submit, .read, .admin])
        }
    }

    @Test func aKeyEndsWithItsTime() async throws {
        try await ScratchSchema.withTaskStore { store in
            let hash = SHA256.digest(of: "one")
            let past = try await store.currentTime() + .seconds(-1)
            let key = try await store.createKey(
                user: "ada",
                name: "laptop",
                hash: hash,
                scopes: [.admin],
                expires: past
            )
            #expect(key.expires == past)
            #expect(key.scopes == [.admin])
            #expect(try await store.key(hash: hash) == nil)
        }
    }

    @Test func allKeysOfAUserEndTogether() async throws {
        try await ScratchSchema.withTaskStore { store in
            for (user, name) in [("ada", "one"), ("ada", "two"), ("bob", "three")] {
                _ = try await store.createKey(user: user, name: name, hash: SHA256.digest(of: name))
            }
            #expect(Set(try await store.revokeKeys(user: "ada").map(\.name)) == ["one", "two"])
            #expect(try await store.keys(of: nil, limit: 10).map(\.user) == ["bob"])
        }
    }
}
