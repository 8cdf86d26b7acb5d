package import MaaSControl
package import MaaSCore

/// A schema for a single test in the database at `DATABASE_URL`.
@LoopActor
package enum ScratchSchema {
    /// How many more tests may have one at the same time, to stay below the server's connection limit.
    private static var freeCount = 8
    private static var waiters = FIFO<CheckedContinuation<Void, Never>>()

    /// Calls `body` with a configuration whose connections use a new, empty schema, which is dropped afterwards.
    package static func with<R>(_ body: @LoopActor (PostgresConfiguration) async throws -> R) async throws -> R {
        try await Self.withURL { url, schema in
            var configuration = try PostgresConfiguration(url: url)
            configuration.applicationName = schema
            configuration.connections = 2
            return try await body(configuration)
        }
    }

    /// Calls `body` with a URL whose connections use a new, empty schema, and the schema's name.
    package static func withURL<R>(_ body: @LoopActor (String, _ schema: String) async throws -> R) async throws -> R {
        await Self.enter()
        defer { Self.leave() }
        let url = TestEnvironment.databaseURL ?? ""
        let schema = "test_\(Hexadecimal.encode(RandomBytes.shared.next(8)))"
        let administrator = try await PostgresConnection.connect(PostgresConfiguration(url: url))
        defer { administrator.close() }
        try await administrator.execute(script: "CREATE SCHEMA \(schema)")
        let separator = url.contains("?") ? "&" : "?"
        do {
            let result = try await body(url + separator + "options=-csearch_path%3D\(schema)", schema)
            try await administrator.execute(script: "DROP SCHEMA \(schema) CASCADE")
            return result
        } catch {
            try? await administrator.execute(script: "DROP SCHEMA \(schema) CASCADE")
            throw error
        }
    }

    /// Calls `body` with a started task store in its own schema.
    package static func withTaskStore<R>(
        retention: Retention? = nil,
        _ body: @LoopActor (TaskStore) async throws -> R
    ) async throws -> R {
        try await Self.with { configuration in
            let store = TaskStore(
                configuration,
                retention: retention,
                logger: Logger(service: "test", level: .error)
            )
            try await store.start()
            do {
                let result = try await body(store)
                await store.stop()
                return result
            } catch {
                await store.stop()
                throw error
            }
        }
    }

    /// Returns once `count` queries over connections with this configuration wait for locks that others hold, and how
    /// many do.
    @discardableResult
    package static func waitForLock(_ configuration: PostgresConfiguration, count: Int = 1) async throws -> Int {
        let observer = try await PostgresConnection.connect(configuration)
        defer { observer.close() }
        let waiting: PostgresQuery =
            """
            SELECT FROM pg_stat_activity
            WHERE application_name = \(configuration.applicationName) AND wait_event_type = 'Lock'
            """
        while true {
            let found = try await observer.query(waiting).count
            if found >= count { return found }
            try Task.checkCancellation()
        }
    }

    private static func enter() async {
        if Self.freeCount > 0 {
            Self.freeCount -= 1
        } else {
            await withCheckedContinuation { Self.waiters.append($0) }
        }
    }

    private static func leave() {
        if let next = Self.waiters.popFirst() { next.resume() } else { Self.freeCount += 1 }
    }
}
