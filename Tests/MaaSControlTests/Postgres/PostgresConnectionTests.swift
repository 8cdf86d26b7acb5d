internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct PostgresConnectionTests {
    private func withConnection(
        statementTimeout: Duration? = .seconds(10),
        _ body: @LoopActor (PostgresConnection) async throws -> Void
    ) async throws {
        try await ScratchSchema.with { configuration in
            var configuration = configuration
            configuration.statementTimeout = statementTimeout
            let connection = try await PostgresConnection.connect(configuration)
            defer { connection.close() }
            try await body(connection)
        }
    }

    /// The error that `body` ends with.
    private func error(of body: @LoopActor () async throws(PostgresError) -> Void) async -> PostgresError? {
        do throws(PostgresError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func valuesSurviveARoundTrip() async throws {
        let text = "quote ' \" \\ {,} NULL \n $1 ; -- 视频 🎬"
        let document: JSONValue = ["prompt": .string(text), "n": [1, 2.5, .null, true], "big": 9_007_199_254_740_993]
        let time = Timestamp(milliseconds: -1)
        let bytes = (0...255).map(UInt8.init)
        try await self.withConnection { connection in
            let row = try await connection.query(
                """
                SELECT \(true) AS flag, \(Int.min) AS number, \(0.1) AS fraction, \(text) AS text, \(document) AS document,
                    \(time) AS time, \(.bytes(bytes)) AS bytes, \("") AS empty, \(String?.none) AS missing,
                    3::smallint AS small, -4::integer AS medium, 17.3::real AS single
                """
            ).first
            let found = try #require(row)
            #expect(try found.decode("flag", as: Bool.self))
            #expect(try found.decode("number", as: Int.self) == Int.min)
            #expect(try found.decode("fraction", as: Double.self) == 0.1)
            #expect(try found.decode("text", as: String.self) == text)
            #expect(try found.decode("document", as: JSONValue.self) == document)
            #expect(try found.decode("time", as: Timestamp.self) == time)
            #expect(try found.bytes("bytes") == bytes)
            #expect(try found.decode("empty", as: String.self) == "")
            #expect(try found.decodeIfPresent("missing", as: String.self) == nil)
            #expect(try found.decode("small", as: Int.self) == 3)
            #expect(try found.decode("medium", as: Int.self) == -4)
            #expect(try found.decode("single", as: Double.self) == 17.3)
        }
    }

    @Test func arraysSurviveARoundTrip() async throws {
        let texts: [String?] = ["", "NULL", nil, "{\"a\",b}", "a\\b", "'); DROP TABLE tasks; --", "视频"]
        try await self.withConnection { connection in
            let rows = try await connection.query("SELECT * FROM unnest(\(.textArray(texts))) AS t(text)")
            #expect(try rows.map { row throws in try row.decodeIfPresent("text", as: String.self) } == texts)
            #expect(try await connection.query("SELECT * FROM unnest(\(.intArray([])))").isEmpty)
            let others = try await connection.query(
                """
                SELECT * FROM unnest(
                    \(.intArray([1, nil])), \(.doubleArray([nil, 0.5])), \(.jsonArray([["a": 1], nil])),
                    \(.timestampArray([Timestamp(milliseconds: 5), nil]))
                ) AS t(i, d, j, t)
                """
            )
            #expect(try others.first?.decode("i", as: Int.self) == 1)
            #expect(try others.first?.decode("j", as: JSONValue.self) == ["a": 1])
            #expect(try others.first?.decode("t", as: Timestamp.self) == Timestamp(milliseconds: 5))
            #expect(try others.last?.decode("d", as: Double.self) == 0.5)
            #expect(try others.last?.decodeIfPresent("j", as: JSONValue.self) == nil)
        }
    }

    @Test func aWrongTypeOrColumnIsAnErrorThatNamesIt() async throws {
        try await self.withConnection { connection in
            let row = try #require(try await connection.query("SELECT 'x'::text AS word, NULL::text AS nothing").first)
            for (column, read) in [("word", Int.self), ("nothing", Int.self), ("absent", Int.self)] {
                let error = #expect(throws: PostgresError.self) { try row.decode(column, as: read) }
                #expect(error?.code == .unexpectedValue)
                #expect(error?.message.contains(column) == true)
            }
        }
    }

    @Test func aFailureInThePipelineIsIsolated() async throws {
        try await self.withConnection { connection in
            try await connection.execute("CREATE TABLE numbers (n bigint PRIMARY KEY)")
            // Every tenth inserts a number twice.
            let errors = try await concurrently(500) { n in
                await self.error { () async throws(PostgresError) in
                    try await connection.execute("INSERT INTO numbers VALUES (\(n % 10 == 9 ? n - 1 : n))")
                }
            }
            for (n, error) in errors.enumerated() {
                #expect(error?.sqlState == (n % 10 == 9 ? "23505" : nil))
                #expect(error?.constraint == (n % 10 == 9 ? "numbers_pkey" : nil))
            }
            let count = try await connection.query("SELECT count(*) AS n FROM numbers").first?.decode("n", as: Int.self)
            #expect(count == 450)
        }
    }

    @Test func aStatementIsPreparedOnce() async throws {
        try await self.withConnection { connection in
            for n in 0..<5 { _ = try await connection.query("SELECT \(n) + 1") }
            let prepared = try await connection.query("SELECT statement FROM pg_prepared_statements")
                .map { row in try row.decode("statement", as: String.self) }
            #expect(prepared.filter { $0 == "SELECT $1 + 1" }.count == 1)
        }
    }

    @Test func aStatementThatCannotBePreparedMayBeLater() async throws {
        try await self.withConnection { connection in
            let query: PostgresQuery = "SELECT count(*) AS n FROM later"
            await #expect(throws: PostgresError.self) { try await connection.query(query) }
            try await connection.execute("CREATE TABLE later ()")
            #expect(try await connection.query(query).first?.decode("n", as: Int.self) == 0)
        }
    }

    @Test func aChangedSchemaIsSurvived() async throws {
        try await self.withConnection { connection in
            try await connection.execute(script: "CREATE TABLE t (a text); INSERT INTO t VALUES ('1')")
            let query: PostgresQuery = "SELECT * FROM t"
            for _ in 0..<2 { _ = try await connection.query(query) }
            try await connection.execute("ALTER TABLE t ALTER a TYPE bigint USING a::bigint")
            let error = await #expect(throws: PostgresError.self) { try await connection.query(query) }
            #expect(error?.isRetryable == true)
            #expect(try await connection.query(query).first?.decode("a", as: Int.self) == 1)
        }
    }

    @Test func megabytesSurviveARoundTrip() async throws {
        let text = String(repeating: "0123456789abcdef", count: 1 << 16)
        try await self.withConnection { connection in
            _ = try await concurrently(8) { _ in
                let row = try #require(try await connection.query("SELECT \(text) AS text").first)
                #expect(try row.decode("text", as: String.self) == text)
            }
        }
    }

    @Test func aSlowStatementIsEndedByTheServer() async throws {
        try await self.withConnection(statementTimeout: .milliseconds(100)) { connection in
            let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT pg_sleep(30)") }
            #expect(error?.sqlState == "57014")
            #expect(error?.isRetryable == true)
            #expect(connection.isOpen)
        }
    }

    @Test func aLostConnectionFailsPendingQueries() async throws {
        try await ScratchSchema.with { configuration in
            let connection = try await PostgresConnection.connect(configuration)
            let killer = try await PostgresConnection.connect(configuration)
            defer { killer.close() }
            let pid: Int = try #require(try await connection.query("SELECT pg_backend_pid() AS pid").first).decode(
                "pid"
            )
            async let kill = killer.query("SELECT pg_sleep(0.1), pg_terminate_backend(\(pid)::integer)")
            let errors = try await concurrently(10) { _ in
                await self.error { () async throws(PostgresError) in
                    _ = try await connection.query("SELECT pg_sleep(30)")
                }
            }.compactMap { $0 }
            _ = try await kill
            #expect(errors.count == 10)
            #expect(errors.allSatisfy { $0.isOutcomeUnknown && !$0.isRetryable })
            #expect(errors.contains { $0.sqlState == "57P01" })
            #expect(!connection.isOpen)
            let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func closingFailsPendingWork() async throws {
        try await self.withConnection { connection in
            let answer = Task { @LoopActor in try await connection.query("SELECT pg_sleep(30)") }
            while connection.load == 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            connection.close()
            let error = await #expect(throws: PostgresError.self) { try await answer.value }
            #expect(error?.isOutcomeUnknown == true)
        }
    }

    @Test func aRefusedConnectionFailsAtOnce() async throws {
        let configuration = try PostgresConfiguration(url: "postgres://nobody@127.0.0.1:1/none")
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isRetryable == true)
    }

    @Test func aHangingNameServerBlocksNothing() async throws {
        var configuration = try PostgresConfiguration(url: "postgres://nobody@\(SlowNames.host)/none")
        configuration.connectTimeout = .milliseconds(100)
        let limit = SlowNames.delay / 2
        let standstill = await longestStandstill(below: limit) {
            let error = await self.error { () async throws(PostgresError) in
                _ = try await PostgresConnection.connect(configuration)
            }
            #expect(error?.code == .connectionFailed)
        }
        #expect(standstill < limit)
    }

    /// A server that accepts, lets one in, and then hangs.
    private func withMuteServer(_ body: @LoopActor (PostgresConfiguration) async throws -> Void) async throws {
        var url = try #require(URLComponents(string: TestEnvironment.databaseURL ?? ""))
        let arguments = [try #require(url.host), "\(url.port ?? 5432)"]
        try await SupportProgram.withServer("mute-relay.py", arguments) { port in
            url.host = "127.0.0.1"
            url.port = port
            try await body(try PostgresConfiguration(url: try #require(url.string)))
        }
    }

    @Test func theConnectTimeoutIncludesTheFirstAnswer() async throws {
        try await self.withMuteServer { configuration in
            var configuration = configuration
            configuration.connectTimeout = .milliseconds(500)
            let begun = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.connect(configuration)
            }
            #expect(error?.code == .connectionFailed)
            #expect(ContinuousClock.now - begun < .seconds(15))
        }
    }

    @Test func cancellationEndsConnecting() async throws {
        try await self.withMuteServer { configuration in
            var configuration = configuration
            configuration.connectTimeout = .seconds(30)
            configuration.applicationName = "cancelled-while-connecting"
            let task = Task { @LoopActor [configuration] in
                try await PostgresConnection.connect(configuration).close()
            }
            try await self.withConnection { other in
                let isLetIn: PostgresQuery = """
                    SELECT FROM pg_stat_activity WHERE application_name = 'cancelled-while-connecting' AND state = 'idle'
                    """
                while try await other.query(isLetIn).isEmpty { try Task.checkCancellation() }
            }
            task.cancel()
            let begun = ContinuousClock.now
            await #expect(throws: PostgresError.self) { try await task.value }
            #expect(ContinuousClock.now - begun < .seconds(15))
        }
    }

    /// A client whose machine was lost must not keep its locks for the two hours of the kernel's own patience.
    @Test func theServerNoticesAClientThatVanished() async throws {
        try await self.withConnection { connection in
            let settings = try await connection.query(
                """
                SELECT name, setting FROM pg_settings
                WHERE name IN ('tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout')
                """
            ).map { row in (try row.decode("name", as: String.self), try row.decode("setting", as: String.self)) }
            #expect(
                Dictionary(uniqueKeysWithValues: settings) == [
                    "tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
                    "tcp_user_timeout": "30000",
                ]
            )
        }
    }

    /// What is left of a server after a failover.
    @Test func aReadOnlyServerIsRejected() async throws {
        try await ScratchSchema.withURL { url, _ in
            let url = url + "%20-cdefault_transaction_read_only%3Don"
            let error = await self.error { () async throws(PostgresError) in
                _ = try await PostgresConnection.connect(PostgresConfiguration(url: url))
            }
            #expect(error?.code == .connectionFailed)
            let reader = try await PostgresConnection.connect(
                PostgresConfiguration(url: url + "&target_session_attrs=any")
            )
            reader.close()
        }
    }

    /// A machine that was lost says nothing, not even that nobody listens.
    @Test func aSilentHostLeavesTimeForTheNext() async throws {
        let silent = try SilentServer()
        var url = try #require(URLComponents(string: TestEnvironment.databaseURL ?? ""))
        let host = "\(try #require(url.host)):\(url.port ?? 5432)"
        (url.host, url.port) = ("127.0.0.1", silent.port)
        let both = try #require(url.string).replacing(
            "127.0.0.1:\(silent.port)",
            with: "127.0.0.1:\(silent.port),\(host)"
        )
        var configuration = try PostgresConfiguration(url: both)
        configuration.connectTimeout = .seconds(10)
        let connection = try await PostgresConnection.connect(configuration)
        defer { connection.close() }
        #expect(try await connection.query("SELECT 1 AS one")[0].decode("one") == 1)
    }

    @Test func aScriptRunsWholeOrNotAtAll() async throws {
        try await self.withConnection { connection in
            try await connection.execute(script: "CREATE TABLE a (); CREATE TABLE b ();")
            await #expect(throws: PostgresError.self) {
                try await connection.execute(script: "CREATE TABLE c (); CREATE TABLE a ();")
            }
            let found = try await connection.query(
                "SELECT to_regclass('b') IS NOT NULL AS b, to_regclass('c') IS NULL AS c"
            )
            #expect(try found.first?.decode("b", as: Bool.self) == true)
            #expect(try found.first?.decode("c", as: Bool.self) == true)
        }
    }

    @Test func aTransactionIsCommittedOrRolledBack() async throws {
        struct Stop: Error {}
        try await self.withConnection { connection in
            try await connection.execute("CREATE TABLE t (n bigint)")
            try await connection.transaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            await #expect(throws: Stop.self) {
                try await connection.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (2)")
                    throw Stop()
                }
            }
            // A failure that the body keeps to itself must not look like a commit.
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (3)")
                    _ = try? await transaction.query("SELECT 1 / 0")
                }
            }
            #expect(error?.code == .rolledBack)
            let numbers = try await connection.query("SELECT n FROM t").map { row in try row.decode("n", as: Int.self) }
            #expect(numbers == [1])
        }
    }
}
