@testable internal import APIGateway
internal import MaaSCore
internal import Testing

@Suite("Request limiter")
struct RequestLimiterTests {
    private let start = ContinuousClock.now

    @Test func aQuotaIsRefilledWithinItsWindow() throws {
        var bucket = try #require(RequestQuota("user", requests: 120)).bucket(at: self.start)
        for _ in 0..<120 { bucket.take() }
        #expect(bucket.secondsToNext == 1)
        bucket.fill(to: self.start + .seconds(10))
        #expect(bucket.remaining == 20)
    }

    @Test func zeroMeansNoQuota() {
        #expect(RequestQuota("user", requests: 0) == nil)
    }

    @Test func eachUserHasABucket() throws {
        var limiter = RequestLimiter<Int>(try #require(RequestQuota("user", requests: 2)))
        for id in 0..<30_000 {
            #expect(limiter.bucket(of: id, at: self.start).remaining == 2)
            limiter.take(from: id)
        }
    }
}
