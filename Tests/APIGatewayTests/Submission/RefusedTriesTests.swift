@testable internal import APIGateway
internal import MaaSCore
internal import Testing

@Suite("Refused tries")
struct RefusedTriesTests {
    private let start = ContinuousClock.now

    @Test func eachRefusedTryIsFollowedByOneRetryOfItsSender() {
        var tries = RefusedTries()
        tries.note([1], at: self.start)
        tries.note([1], at: self.start)
        let later = self.start + .seconds(60)
        let taken = [[2], [1], [1], [1]].map { tries.take($0, at: later) }
        #expect(taken == [false, true, true, false])
    }

    @Test func aRetryThatNeverComesIsForgotten() {
        var tries = RefusedTries()
        tries.note([1], at: self.start)
        let isTaken = tries.take([1], at: self.start + .seconds(150))
        #expect(!isTaken)
    }

    @Test func manySendersAreForgottenInTime() {
        var tries = RefusedTries()
        for id in 0..<20_000 { tries.note([UInt8(id & 255), UInt8(id >> 8)], at: self.start) }
        let later = self.start + .seconds(150)
        tries.note([1, 2, 3], at: later)
        let taken = [[255, 77], [1, 2, 3]].map { tries.take($0, at: later) }
        #expect(taken == [false, true])
    }
}
