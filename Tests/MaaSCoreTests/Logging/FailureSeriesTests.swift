internal import MaaSCore
internal import Testing

struct FailureSeriesTests {
    private let start = ContinuousClock.now

    @Test func theSameFailureIsLoggedOncePerMinute() {
        var failures = FailureSeries()
        let logged = (0...120).filter { failures.record("refused", at: self.start + .seconds($0)) }
        #expect(logged == [0, 60, 120])
        #expect(failures.count == 121)
    }

    @Test func anotherFailureIsLoggedAtOnce() {
        var failures = FailureSeries()
        let texts = ["refused", "refused", "loading", "loading", "refused"]
        let logged = texts.map { failures.record($0, at: self.start) }
        #expect(logged == [true, false, true, false, true])
    }

    @Test func aSuccessEndsTheSeries() {
        var failures = FailureSeries()
        _ = failures.record("refused", at: self.start)
        failures.reset()
        #expect(failures.count == 0)
        let isLogged = failures.record("refused", at: self.start)
        #expect(isLogged)
    }
}
