@testable internal import APIGateway
internal import Testing

@Suite("Token buckets")
struct TokenBucketTests {
    private let start = ContinuousClock.now

    @Test func tokensAreRefilledEvenly() throws {
        var bucket = TokenBucket(try #require(RequestQuota("user", requests: 120)), at: self.start)
        for _ in 0..<120 { bucket.take() }
        #expect(bucket.remaining == 0)
        #expect(bucket.secondsToNext == 1)
        bucket.fill(to: self.start + .milliseconds(499))
        #expect(bucket.remaining == 0)
        bucket.fill(to: self.start + .seconds(10))
        #expect(bucket.remaining == 20)
        bucket.fill(to: self.start + .seconds(9))
        #expect(bucket.remaining == 20)
    }

    @Test func itHoldsNoMoreThanItsSize() throws {
        var bucket = TokenBucket(try #require(RequestQuota("user", requests: 3)), at: self.start)
        bucket.fill(to: self.start + .seconds(3600))
        #expect(bucket.remaining == 3)
        #expect(bucket.isFull)
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
