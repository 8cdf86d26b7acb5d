internal import MaaSCore
internal import Testing

@testable internal import MaaSControl

extension TaskStore {
    /// Rows that all steps of a query's plan read, those they threw away too. What the query does is undone.
    func rowsTouched(by query: PostgresQuery) async throws -> Int {
        struct Undo: Error {}
        var count = 0
        var steps = 0
        do {
            try await self.pool.transaction { transaction in
                let explained = PostgresQuery("EXPLAIN (ANALYZE, TIMING OFF) " + query.sql, query.values)
                for row in try await transaction.query(explained) {
                    let line: String = try row.decode("QUERY PLAN")
                    // The mean of the loops, which PostgreSQL 18 writes with a fraction.
                    if let match = line.firstMatch(of: /actual rows=(\d+(?:\.\d+)?) loops=(\d+)/) {
                        steps += 1
                        count += Int(((Double(match.1) ?? 0) * (Double(match.2) ?? 0)).rounded())
                    }
                    if let match = line.firstMatch(of: /Rows Removed by .*: (\d+)/) { count += Int(match.1) ?? 0 }
                }
                throw Undo()
            }
        } catch is Undo {}
        try #require(steps > 0, "a plan that cannot be read")
        return count
    }
}
