internal import MaaSCore

extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// The connection must be the caller's alone meanwhile, which ``PostgresPool/transaction(_:)`` sees to.
    @discardableResult
    package func transaction<R>(
        _ body: @LoopActor (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await self.execute("BEGIN")
        let result: R
        do {
            result = try await body(self)
        } catch {
            // A connection that cannot roll back must not go on with a transaction open.
            do { try await self.execute("ROLLBACK") } catch { self.close() }
            throw error
        }
        // The server answers COMMIT with ROLLBACK, and no error, when a statement had failed.
        guard try await self.run("COMMIT").commandTag == "COMMIT" else {
            throw PostgresError(.rolledBack, "a statement of the transaction had failed")
        }
        return result
    }
}
