internal import MaaSCore
internal import Testing

struct DurationTests {
    @Test func wholeMillisecondsAreNeitherTooShortNorImpossible() {
        #expect(Duration.microseconds(1_001).wholeMilliseconds == 2)
        #expect(Duration.seconds(-1).wholeMilliseconds == 0)
        #expect(Duration.seconds(Int.max).wholeMilliseconds == UInt64(Int64.max))
    }
}
