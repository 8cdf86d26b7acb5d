@testable internal import APIGateway
@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@LoopActor
@Suite("Authenticator", .enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct AuthenticatorTests {
    private func request(_ key: APIKey) -> WebRequest {
        WebRequest(
            method: .get,
            path: "/",
            query: WebQuery(),
            headers: WebRequestHeaders(known: ["Authorization": "Bearer \(key.text)"]),
            remoteAddress: "127.0.0.1",
            body: .empty
        )
    }

    /// The database may have said what it says before the key was revoked, and say it after the revocation was heard
    /// of.
    @Test func lookupsDuringARevocationAreNotCached() async throws {
        try await ScratchSchema.with { configuration in
            let logger = Logger(service: "test", level: .error)
            let store = TaskStore(configuration, logger: logger)
            try await store.start()
            let authenticator = Authenticator(
                store: store,
                limits: RequestLimits(MaaSConfiguration.APIGateway()),
                uses: KeyUses(store: store, logger: logger),
                tokens: nil
            )
            let key = APIKey.make()
            let row = try await store.createKey(user: "ada", name: "test", hash: key.hash)
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            try await other.execute("BEGIN")
            try await other.execute("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE")
            let request = self.request(key)
            async let user = authenticator.user(of: request)
            try await ScratchSchema.waitForLock(configuration)
            authenticator.forget(Revocation(key: row.id, user: "ada"))
            try await other.execute("COMMIT")
            #expect(try await user == "ada")
            _ = try await store.revokeKeys(id: row.id)
            await #expect(throws: WebError.self) { try await authenticator.user(of: request) }
            await store.stop()
        }
    }

    /// Each guess has to be looked for: those of one moment by two queries at most, which leave the others'
    /// connections.
    @Test func lookupsOfGuessedKeysAreBatched() async throws {
        try await ScratchSchema.with { configuration in
            let store = TaskStore(configuration, logger: Logger(service: "test", level: .error))
            try await store.start()
            let lookups = KeyLookups(store: store)
            let keys = (0..<3).map { _ in APIKey.make() }
            let row = try await store.createKey(user: "ada", name: "test", hash: keys[0].hash)
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            try await other.execute("BEGIN")
            try await other.execute("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE")
            let found = ([keys[0]] + (0..<1_200).map { _ in APIKey.make() } + keys).map { key in
                Task { @LoopActor in try await lookups.key(hash: key.hash)?.id }
            }
            // Of all the other connections none waits for the lock.
            #expect(try await ScratchSchema.waitForLock(configuration, count: 2) == 2)
            try await other.execute("COMMIT")
            var ids: [String?] = []
            for task in found { ids.append(try await task.value) }
            #expect(ids.first == row.id)
            #expect(ids.compactMap { $0 } == [row.id, row.id])
            await store.stop()
        }
    }
}
