internal import Testing

@testable internal import Reporter

@Suite("ETA")
struct EtaEstimatorTests {
    @Test("Says nothing before the second step")
    func early() {
        var eta = EtaEstimator()
        eta.record(step: 0, of: 10, at: .zero)
        eta.record(step: 1, of: 10, at: .seconds(60))
        #expect(eta.remaining(at: .seconds(60)) == nil)
    }

    @Test("Even steps: their remaining time, and a tail")
    func even() {
        var eta = EtaEstimator()
        for step in 0...50 { eta.record(step: Double(step), of: 100, at: .seconds(2 * step)) }
        #expect(eta.remaining(at: .seconds(100)) == 110)
    }

    @Test("Implausible numbers give no estimate", arguments: [(2.0, 1e15), (2.000000001, 10.0), (1e15, 1e15)])
    func unbelievable(step: Double, total: Double) {
        var eta = EtaEstimator()
        eta.record(step: 1, of: total, at: .zero)
        eta.record(step: 2, of: total, at: .seconds(60))
        eta.record(step: step, of: total, at: .seconds(86_400))
        #expect((eta.remaining(at: .seconds(86_400)) ?? 0) <= 366 * 86_400)
    }

    @Test("A slow first step does not spoil it")
    func warmUp() {
        var eta = EtaEstimator()
        eta.record(step: 0, of: 10, at: .zero)
        eta.record(step: 1, of: 10, at: .seconds(100))
        eta.record(step: 2, of: 10, at: .seconds(101))
        let remaining = eta.remaining(at: .seconds(101)) ?? 0
        #expect(remaining < 60)
    }

    @Test("Counts down within a step, and says nothing when its end has passed")
    func countdown() {
        var eta = EtaEstimator()
        for step in 0...5 { eta.record(step: Double(step), of: 10, at: .seconds(10 * step)) }
        #expect(eta.remaining(at: .seconds(50)) == 55)
        #expect(eta.remaining(at: .seconds(57)) == 48)
        #expect(eta.remaining(at: .milliseconds(104_999)) == 1)
        #expect(eta.remaining(at: .seconds(105)) == nil)
        #expect(eta.remaining(at: .seconds(500)) == nil)
    }

    @Test("The next clip's bar starts over")
    func restart() {
        var eta = EtaEstimator()
        for step in 0...5 { eta.record(step: Double(step), of: 5, at: .seconds(step)) }
        eta.record(step: 0, of: 5, at: .seconds(6))
        #expect(eta.remaining(at: .seconds(6)) == nil)
    }
}
