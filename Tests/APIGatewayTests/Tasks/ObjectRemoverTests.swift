@testable internal import APIGateway
@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@LoopActor
@Suite("Object remover", .enabled(if: GatewayScope.isPossible), .timeLimit(.minutes(1)))
struct ObjectRemoverTests {
    /// A bucket that is misspelt, or not mounted, may have the files all the same.
    @Test func withoutItsBucketARemovalIsKept() async throws {
        try await ScratchSchema.withTaskStore { store in
            var section = try #require(TestEnvironment.objectStore)
            section.bucket = "no-such-bucket"
            let client = HTTPClient()
            defer { client.close() }
            let objects = try ObjectStore(configuration: section, client: client)
            let remover = ObjectRemover(store: store, objects: objects, logger: Logger(service: "test", level: .error))
            try await store.pool.execute(
                """
                INSERT INTO removals (id, attempts, object, writable_until, due_at)
                VALUES ('x', 0, 'inputs/x', '-infinity', now())
                """
            )
            #expect(try await remover.sweep() == 1)
            let left = try await store.pool.query("SELECT failures FROM removals")
            #expect(try left.map { try $0.decode("failures", as: Int.self) } == [1])
        }
    }
}
