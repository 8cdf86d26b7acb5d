internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct KeyTests {
    @Test func aKeyIsValidUntilItIsRevoked() async throws {
        try await ScratchSchema.withTaskStore { store in
            let hashes = ["one", "two"].map { SHA256.digest(of: $0) }
            let key = try await store.createKey(user: "ada", name: "laptop", hash: hashes[0])
            #expect(key.scopes == [.submit, .read])
            #expect(key.lastUsed == nil)
            let newer = try await store.createKey(user: "ada", name: "server", hash: hashes[1])
            #expect(try await store.key(hash: hashes[0])?.user == "ada")
            try await store.touchKeys([key.id])
            #expect(try await store.key(hash: hashes[0])?.lastUsed != nil)
            #expect(try await store.keys(of: "ada", limit: 10).count == 2)
            #expect(try await store.keys(of: "ada", limit: 1).map(\.id) == [newer.id])
            #expect(try await store.keys(of: "ada", after: newer.id, limit: 10).map(\.id) == [key.id])
            #expect(try await store.revokeKeys(id: key.id, user: "bob").isEmpty)
            #expect(try await store.revokeKeys(id: key.id, user: "ada").map(\.id) == [key.id])
            #expect(try await store.revokeKeys(id: key.id).isEmpty)
            #expect(try await store.keys(of: nil, limit: 10).map(\.name) == ["server"])
            #expect(try await store.key(hash: hashes[0]) == nil)
            #expect(try await store.key(hash: hashes[1])?.user == "ada")
        }
    }

    @Test func concurrentCreationsCannotPassTheLimit() async throws {
        try await ScratchSchema.withTaskStore { store in
            let keys = try await concurrently(8) { number in
                try await store.createKey(user: "ada", name: "", hash: SHA256.digest(of: "\(number)"), limit: 3)
            }
            #expect(keys.compactMap { $0 }.count == 3)
            #expect(try await store.keys(of: "ada", limit: 10).count == 3)
        }
    }

    /// Else whoever has a stolen key would answer its revocation with another one.
    @Test func endedKeysCannotCreateKeys() async throws {
        try await ScratchSchema.withTaskStore { store in
            let maker = try await store.createKey(user: "ada", name: "", hash: SHA256.digest(of: "maker"))
            let origin = AuditOrigin(actor: "ada", key: maker.id, source: "test")
            let made = try await store.createKey(
                user: "ada",
                name: "",
                hash: SHA256.digest(of: "1"),
                limit: 9,
                by: origin
            )
            #expect(made != nil)
            #expect(try await store.revokeKeys(id: maker.id).count == 1)
            await #expect(throws: AuthorizingKeyInvalid.self) {
                try await store.createKey(user: "ada", name: "", hash: SHA256.digest(of: "2"), limit: 9, by: origin)
            }
        }
    }

    /// Two gateways note the same keys in different orders; each must lock them in one, or they wait for each other.
    @Test func keysAreLockedInOneOrder() async throws {
        try await ScratchSchema.with { configuration in
            let store = TaskStore(configuration, logger: Logger(service: "test", level: .error))
            try await store.start()
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            // In the table they lie the wrong way round.
            try await other.execute("INSERT INTO users (id) VALUES ('ada')")
            for id in ["b", "a"] {
                try await other.execute(
                    "INSERT INTO api_keys (id, user_id, name, hash) VALUES (\(id), 'ada', '', \(.bytes(SHA256.digest(of: id))))"
                )
            }
            try await other.execute("BEGIN")
            _ = try await other.query("SELECT FROM api_keys WHERE id = 'b' FOR UPDATE")
            async let touched: Void = store.touchKeys(["b", "a"])
            try await ScratchSchema.waitForLock(configuration)
            let third = try await PostgresConnection.connect(configuration)
            defer { third.close() }
            // It waits for b, so it has a.
            #expect(try await third.query("SELECT FROM api_keys WHERE id = 'a' FOR UPDATE SKIP LOCKED").isEmpty)
            try await other.execute("ROLLBACK")
            try await touched
            await store.stop()
        }
    }

    @Test func aDuplicateKeyIsRejected() async throws {
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

    @Test func aKeyExpires() async throws {
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

    @Test func expiredKeysAreListedLast() async throws {
        try await ScratchSchema.withTaskStore { store in
            let valid = try await store.createKey(user: "ada", name: "valid", hash: SHA256.digest(of: "valid"))
            let past = try await store.currentTime() + .seconds(-1)
            for number in 1...2 {
                let hash = SHA256.digest(of: "\(number)")
                _ = try await store.createKey(user: "ada", name: "\(number)", hash: hash, expires: past)
            }
            let names = try await store.validKeysFirst(of: "ada", limit: 3).map(\.name)
            #expect(names.first == "valid" && Set(names) == ["valid", "1", "2"])
            #expect(try await store.validKeysFirst(of: "ada", limit: 1).map(\.id) == [valid.id])
            try await store.pool.execute("UPDATE api_keys SET expires_at = '-infinity' WHERE name = '1'")
            let keys = try await store.validKeysFirst(of: "ada", limit: 3)
            #expect(keys.first { $0.name == "1" }?.expires == Timestamp(milliseconds: 0))
        }
    }

    @Test func anInfiniteExpiryIsNone() async throws {
        try await ScratchSchema.withTaskStore { store in
            let hashes = ["one", "two"].map { SHA256.digest(of: $0) }
            for hash in hashes { _ = try await store.createKey(user: "ada", name: "laptop", hash: hash) }
            try await store.pool.execute(
                "UPDATE api_keys SET expires_at = 'infinity' WHERE hash = \(.bytes(hashes[0]))"
            )
            let keys = try await store.keys(hashes: hashes)
            #expect(Set(keys.keys) == Set(hashes))
            #expect(keys.values.allSatisfy { $0.expires == nil })
        }
    }

    @Test func allKeysOfAUserAreRevokedTogether() async throws {
        try await ScratchSchema.withTaskStore { store in
            for (user, name) in [("ada", "one"), ("ada", "two"), ("bob", "three")] {
                _ = try await store.createKey(user: user, name: name, hash: SHA256.digest(of: name))
            }
            #expect(Set(try await store.revokeKeys(user: "ada").map(\.name)) == ["one", "two"])
            #expect(try await store.keys(of: nil, limit: 10).map(\.user) == ["bob"])
        }
    }
}
