internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct PostgresListenerTests {
    @Test func notificationsArriveAfterAReconnect() async throws {
        try await ScratchSchema.with { configuration in
            var own = configuration
            own.applicationName = "listener-\(TaskID.make())"
            let listener = PostgresListener(own, channel: "a_test", logger: Logger(service: "test", level: .error))
            let (heard, continuation) = AsyncStream.makeStream(of: String.self)
            listener.start(onConnected: { continuation.yield("connected") }) { continuation.yield($0) }
            var words = heard.makeAsyncIterator()
            #expect(await words.next() == "connected")
            let teller = try await PostgresConnection.connect(configuration)
            for word in ["one", "two"] { _ = try await teller.query("SELECT 1 FROM pg_notify('a_test', \(word))") }
            #expect(await words.next() == "one")
            #expect(await words.next() == "two")
            _ = try await teller.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(own.applicationName)"
            )
            #expect(await words.next() == "connected")
            _ = try await teller.query("SELECT 1 FROM pg_notify('a_test', 'three')")
            #expect(await words.next() == "three")
            teller.close()
            await listener.stop()
        }
    }
}
