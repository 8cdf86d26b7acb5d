internal import MaaSCore

@testable internal import MaaSControl

extension TaskStore {
    /// Rows that all steps of a query's plan read, those they threw away too. What the query does is undone.
    func rowsTouched(by query: PostgresQuery) async throws -> Int {
        struct Undo: Error {}
        var count = 0
        do {
            try await self.pool.transaction { transaction in
                let explained = PostgresQuery("EXPLAIN (ANALYZE, TIMING OFF) " + query.sql, query.values)
                for row in try await transaction.query(explained) {
                    let line: String = try row.decode("QUERY PLAN")
                    if let match = line.firstMatch(of: /actual rows=(\d+) loops=(\d+)/) {
                        count += (Int(match.1) ?? 0) * (Int(match.2) ?? 0)
                    }
                    if let match = line.firstMatch(of: /Rows Removed by .*: (\d+)/) { count += Int(match.1) ?? 0 }
                }
                throw Undo()
            }
        } catch is Undo {}
        return count
    }
}
