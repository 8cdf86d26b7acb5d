internal import Testing

@testable internal import MaaSControl

@Suite struct PostgresStatementCacheTests {
    private let key = PostgresStatementCache.Key(sql: "SELECT $1", types: [.text])

    @Test func preparesOnceAndParsesUntilThatHasSucceeded() {
        var cache = PostgresStatementCache()
        #expect(cache.plan(self.key) == .prepare("s1"))
        #expect(cache.plan(self.key) == .parse)
        cache.settle("s1", isDone: true)
        #expect(cache.plan(self.key) == .execute("s1"))
    }

    @Test func preparesAgainAfterAFailure() {
        var cache = PostgresStatementCache()
        _ = cache.plan(self.key)
        cache.settle("s1", isDone: false)
        #expect(cache.plan(self.key) == .prepare("s2"))
    }

    @Test func theSameSQLWithOtherTypesIsAnotherStatement() {
        var cache = PostgresStatementCache()
        _ = cache.plan(self.key)
        #expect(cache.plan(.init(sql: self.key.sql, types: [.int8])) == .prepare("s2"))
    }

    @Test func aLateAnswerDoesNotReviveAForgottenStatement() {
        var cache = PostgresStatementCache()
        _ = cache.plan(self.key)
        cache.forget(self.key)
        cache.settle("s1", isDone: true)
        #expect(cache.plan(self.key) == .prepare("s2"))
    }

    @Test func keepsNoMoreThanItsCapacity() {
        var cache = PostgresStatementCache(capacity: 1)
        _ = cache.plan(self.key)
        #expect(cache.plan(.init(sql: "SELECT 2", types: [])) == .parse)
    }
}
