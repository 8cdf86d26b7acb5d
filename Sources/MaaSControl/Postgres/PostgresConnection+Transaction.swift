internal import MaaSCore

extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// The caller must have exclusive use of the connection, as ``PostgresPool/transaction(_:)`` ensures.
    @discardableResult
    package func transaction<R>(
        _ body: @LoopActor (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await self.execute("BEGIN")
        let result: R
        do {
            result = try await body(self)
        } catch {
            // If the rollback fails, the connection must not be reused with a transaction open.
            do { try await self.execute("ROLLBACK") } catch { self.close() }
            throw error
        }
        // The server answers COMMIT with ROLLBACK instead of an error when a statement failed before.
        guard try await self.run("COMMIT").commandTag == "COMMIT" else {
            throw PostgresError(.rolledBack, "a statement of the transaction had failed")
        }
        return result
    }
}
