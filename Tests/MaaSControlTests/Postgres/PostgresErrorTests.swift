internal import Testing

@testable internal import MaaSControl

@Suite struct PostgresErrorTests {
    @Test(arguments: ["40001", "40P01", "53300", "57014", "57P01", "55P03", "08006", "26000"])
    func transientErrorsMayBeRetried(sqlState: String) {
        #expect(PostgresError(.refused, "", sqlState: sqlState).isRetryable)
    }

    @Test(arguments: ["23505", "22021", "42601", "42P01", "55000"])
    func otherErrorsMayNotBeRetried(sqlState: String) {
        #expect(!PostgresError(.refused, "", sqlState: sqlState).isRetryable)
    }

    @Test func anUnknownOutcomeMayNotBeRetried() {
        let error = PostgresError(.connectionLost, "")
        #expect(error.isOutcomeUnknown)
        #expect(!error.isRetryable)
    }
}
