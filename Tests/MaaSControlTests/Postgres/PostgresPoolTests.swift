internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct PostgresPoolTests {
    private static let logger = Logger(service: "test", level: .error)

    private func withPool(
        connections: Int = 2,
        _ body: @LoopActor (PostgresPool, PostgresConfiguration) async throws -> Void
    ) async throws {
        try await ScratchSchema.with { configuration in
            var configuration = configuration
            configuration.connections = connections
            let pool = PostgresPool(configuration, logger: Self.logger)
            pool.start()
            let result: Result<Void, any Error>
            do { result = .success(try await body(pool, configuration)) } catch { result = .failure(error) }
            await pool.close()
            try result.get()
        }
    }

    @Test func aQueryWaitsForTheFirstConnection() async throws {
        try await self.withPool { pool, _ in
            #expect(!pool.isHealthy)
            _ = try await pool.query("SELECT 1")
            #expect(pool.isHealthy)
        }
    }

    @Test func lostConnectionsAreReplaced() async throws {
        try await self.withPool { pool, configuration in
            _ = try await pool.query("SELECT 1")
            let killer = try await PostgresConnection.connect(configuration)
            defer { killer.close() }
            for _ in 0..<3 {
                _ = try await killer.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = \(configuration.applicationName) AND pid <> pg_backend_pid()
                    """
                )
                // What was on its way may be lost; what comes after it waits for a new connection.
                while true {
                    do throws(PostgresError) {
                        _ = try await pool.query("SELECT 1")
                        break
                    } catch {
                        #expect(error.isOutcomeUnknown)
                    }
                }
            }
        }
    }

    /// A server that was demoted keeps its connections: they are left for those of whoever is the primary now.
    @Test func aConnectionThatBecameReadOnlyIsReplaced() async throws {
        try await self.withPool(connections: 1) { pool, _ in
            try await pool.execute("CREATE TABLE written (n bigint)")
            try await pool.execute("SET default_transaction_read_only = on")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute("INSERT INTO written VALUES (1)")
            }
            #expect(error?.sqlState == "25006")
            #expect(error?.isRetryable == true)
            try await pool.execute("INSERT INTO written VALUES (1)")
            try await pool.execute("SET default_transaction_read_only = on")
            let inTransaction = await #expect(throws: PostgresError.self) {
                try await pool.transaction { try await $0.execute("INSERT INTO written VALUES (1)") }
            }
            #expect(inTransaction?.sqlState == "25006")
            try await pool.transaction { try await $0.execute("INSERT INTO written VALUES (1)") }
        }
    }

    @Test func aTransactionHasExclusiveUseOfItsConnection() async throws {
        try await self.withPool { pool, _ in
            try await pool.execute("CREATE TABLE counter (n bigint)")
            try await pool.execute("INSERT INTO counter VALUES (0)")
            _ = try await concurrently(20) { _ in
                try await pool.transaction { transaction in
                    let row = try await transaction.query("SELECT n FROM counter FOR UPDATE").first
                    let n: Int = try #require(row).decode("n")
                    try await transaction.execute("UPDATE counter SET n = \(n + 1)")
                }
                _ = try await pool.query("SELECT n FROM counter")
            }
            #expect(try await pool.query("SELECT n FROM counter").first?.decode("n", as: Int.self) == 20)
        }
    }

    @Test func waitingQueriesAreNotPartOfTheNextTransaction() async throws {
        struct Broken: Error {}
        try await self.withPool(connections: 1) { pool, _ in
            try await pool.execute("CREATE TABLE counter (n bigint)")
            let write = try await pool.transaction { (_: PostgresConnection) async throws -> Task<Int, any Error> in
                let write = Task { @LoopActor in try await pool.execute("INSERT INTO counter VALUES (1)") }
                while pool.waitingCount == 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                return write
            }
            // The connection is free, and who waited for it has not had their turn.
            await #expect(throws: Broken.self) {
                try await pool.transaction { (_: PostgresConnection) async throws -> Void in throw Broken() }
            }
            _ = try await write.value
            let row = try await pool.query("SELECT count(*) AS n FROM counter").first
            #expect(try row?.decode("n", as: Int.self) == 1)
        }
    }

    @Test func lateQueriesAreNotPartOfANewTransaction() async throws {
        try await self.withPool { pool, _ in
            // As one who was given the connection before, and comes to send only now.
            try await pool.transaction { transaction in
                let table = try await transaction.share("SELECT 1")
                #expect(table == nil)
            }
            // A statement by itself that only reads has no transaction id; in a transaction that has one it would see
            // it.
            _ = try await concurrently(20) { number in
                for _ in 0..<100 {
                    if number.isMultiple(of: 5) {
                        try await pool.transaction { try await $0.execute("SELECT pg_current_xact_id()") }
                    } else {
                        let row = try await pool.query("SELECT pg_current_xact_id_if_assigned()::text AS id").first
                        #expect(try row?.decodeIfPresent("id", as: String.self) == nil)
                    }
                }
            }
        }
    }

    @Test func aTransactionWhoseConnectionIsLostFails() async throws {
        try await self.withPool(connections: 1) { pool, _ in
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { transaction in
                    _ = try await transaction.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            _ = try await pool.query("SELECT 1")
        }
    }

    @Test func withoutAServerAQueryFailsInTimeAndUnsent() async throws {
        var configuration = try PostgresConfiguration(url: "postgres://nobody@127.0.0.1:1/none")
        configuration.acquireTimeout = .milliseconds(50)
        let pool = PostgresPool(configuration, logger: Self.logger)
        pool.start()
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.code == .unavailable)
        #expect(error?.isRetryable == true)
        await pool.close()
    }

    @Test func closingFailsWaitingAndLaterQueries() async throws {
        let configuration = try PostgresConfiguration(url: "postgres://nobody@127.0.0.1:1/none")
        let pool = PostgresPool(configuration, logger: Self.logger)
        pool.start()
        let answer = Task { @LoopActor in try await pool.query("SELECT 1") }
        await Task.yield()
        await pool.close()
        let error = await #expect(throws: PostgresError.self) { try await answer.value }
        #expect(error?.code == .closed)
        let late = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(late?.code == .closed)
    }
}
