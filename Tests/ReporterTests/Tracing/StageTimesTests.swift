internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("The times of stages")
struct StageTimesTests {
    @Test("Each stage ends where the next starts, the last at the end")
    func stages() {
        func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
        var times = StageTimes()
        #expect(times.closed(at: time(1)).isEmpty)
        times.take(.loadingModel, at: time(10))
        times.take(.loadingModel, at: time(20))
        times.take(.denoising, at: time(30))
        times.take(.decoding, at: time(90))
        let expected = [
            StageTimes.Entry(stage: .loadingModel, start: time(10), end: time(30)),
            StageTimes.Entry(stage: .denoising, start: time(30), end: time(90)),
            StageTimes.Entry(stage: .decoding, start: time(90), end: time(95)),
        ]
        #expect(times.closed(at: time(95)) == expected)
    }
}
