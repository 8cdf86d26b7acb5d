internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher

@LoopActor
@Suite("Leadership", .enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct LeadershipTests {
    private static let lifetime = Duration.milliseconds(300)

    @Test("A lease whose grant arrives after its end is given back, not led under")
    func lateGrant() async throws {
        try await ScratchSchema.with { configuration in
            let logger = Logger(service: "test", level: .error)
            let store = TaskStore(configuration, logger: logger)
            try await store.start()
            let first = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "before", lifetime: .seconds(60))
            )
            try await store.releaseLease(TaskStore.dispatcherLease, holder: "before", epoch: first)
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            try await other.execute("BEGIN")
            _ = try await other.query("SELECT FROM leases FOR UPDATE")

            let (terms, term) = AsyncStream<Int>.makeStream()
            let leadership = Leadership(store: store, holder: "test", lifetime: Self.lifetime, logger: logger) {
                term.yield($0)
            }
            try await leadership.start()
            try await ScratchSchema.waitForLock(configuration)
            // Nothing but time ends the lease that this request asks for.
            try await LoopClock().sleep(for: Self.lifetime)
            try await other.execute("COMMIT")
            var led = terms.makeAsyncIterator()
            // Each grant that arrives late is given back; more than one may be, on a slow machine.
            #expect(try #require(await led.next(isolation: LoopActor.shared)) >= first + 2)
            await leadership.stop()
            await store.stop()
        }
    }

    @Test("A lease is renewed while the leader's statements wait for locks", .enabled(if: DispatcherScope.isPossible))
    func renewalBesideWaitingStatements() async throws {
        try await DispatcherScope.with {
            $0.postgres.poolSize = 1
        } _: { scope in
            let database = try PostgresConfiguration(scope.configuration.postgres, service: "test")
            let other = try await PostgresConnection.connect(database)
            defer { other.close() }
            try await other.execute("BEGIN")
            // Without the tasks the leader cannot load the queue, which it tries again and again.
            try await other.execute("LOCK TABLE tasks")
            try await scope.startDispatcher()
            let lease: PostgresQuery = """
                SELECT waitstart::text AS wait, expires_at::text AS expiry FROM leases CROSS JOIN pg_locks
                WHERE relation = 'tasks'::regclass AND waitstart IS NOT NULL
                """
            var last: (wait: String, expiry: String)?
            while true {
                try Task.checkCancellation()
                var now: (wait: String, expiry: String)?
                if let row = try await other.query(lease).first {
                    now = (try row.decode("wait"), try row.decode("expiry"))
                }
                // Renewed during one wait.
                if let last, let now, last.wait == now.wait, last.expiry != now.expiry { break }
                last = now
            }
            try await other.execute("COMMIT")
        }
    }
}
