@testable internal import MaaSControl
internal import MaaSCore
internal import Testing

@Suite("Ping schedule")
struct PingScheduleTests {
    @Test(arguments: [
        (Duration.seconds(25), Duration.seconds(10)), (.seconds(1), .seconds(10)), (.minutes(10), .seconds(10)),
        (.milliseconds(100), .milliseconds(200)), (.milliseconds(1), .milliseconds(1)),
    ])
    func aSilentPeerIsPingedOnceAndThenGivenUp(interval: Duration, patience: Duration) {
        let schedule = PingSchedule(interval: interval, patience: patience)
        let round = schedule.turn * PingSchedule.groupCount
        var silence = 0
        while schedule.step(after: silence) == nil { silence += 1 }
        #expect(schedule.step(after: silence) == .ping)
        // Its first round may have been as good as over when it fell silent.
        #expect(round * (silence - 1) >= interval)
        #expect(round * (silence - 2) < interval)
        var unanswered = 1
        while schedule.step(after: silence + unanswered) == nil { unanswered += 1 }
        #expect(schedule.step(after: silence + unanswered) == .giveUp)
        #expect(schedule.step(after: silence + unanswered + 1) == .giveUp)
        #expect(round * unanswered >= patience)
        #expect(round * (unanswered - 1) < patience)
    }
}
