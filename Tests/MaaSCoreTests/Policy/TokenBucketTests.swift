internal import MaaSCore
internal import Testing

@Suite("Token buckets")
struct TokenBucketTests {
    private let start = ContinuousClock.now

    @Test("Tokens are refilled evenly, and a clock that steps back takes none")
    func evenly() {
        var bucket = TokenBucket(size: 120, perSecond: 2, at: self.start)
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

    @Test("It holds no more than its size")
    func size() {
        var bucket = TokenBucket(size: 3, perSecond: 1, at: self.start)
        bucket.fill(to: self.start + .seconds(3600))
        #expect(bucket.remaining == 3)
        #expect(bucket.isFull)
    }

    @Test("A token is taken only when there is a whole one")
    func taking() {
        var bucket = TokenBucket(size: 2, perSecond: 2, at: self.start)
        let taken = [0, 0, 0, 250, 500, 500].map { bucket.take(at: self.start + .milliseconds($0)) }
        #expect(taken == [true, true, false, false, true, false])
    }
}
