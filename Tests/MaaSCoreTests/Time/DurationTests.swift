internal import MaaSCore
internal import Testing

struct DurationTests {
    @Test func doublingEndsAtTheLimit() {
        let delays = (0...4).map { Duration.seconds(1).doubled($0, atMost: .seconds(10)) }
        #expect(delays == [1, 2, 4, 8, 10].map { .seconds($0) })
    }

    @Test(arguments: [Int.min, -1, 0]) func noDoublingLeavesItAsItIs(times: Int) {
        #expect(Duration.minutes(1).doubled(times, atMost: .hours(24)) == .minutes(1))
    }

    @Test(arguments: [21, 64, Int.max]) func manyDoublingsDoNotOverflow(times: Int) {
        #expect(Duration.hours(24).doubled(times, atMost: .hours(48)) == .hours(48))
    }
}
