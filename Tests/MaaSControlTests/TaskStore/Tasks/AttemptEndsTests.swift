@testable internal import MaaSControl
internal import MaaSCore
internal import Testing

@Suite("Counts of attempts' ends")
@LoopActor
struct AttemptEndsTests {
    @Test("Every end that an alert waits for is zero before it happens")
    func zeros() {
        let metrics = Metrics()
        _ = AttemptEnds(metrics)
        let lines = Set(metrics.text.split(separator: "\n").map(String.init))
        let codes = FailureCode.allCases.map(\.rawValue) + ["other"]
        let ends = ["QUEUED", "FAILED"].flatMap { state in codes.map { (state, $0) } } + [("COMPLETED", "")]
        for (state, code) in ends {
            #expect(lines.contains("maas_attempts_ended_total{state=\"\(state)\",code=\"\(code)\"} 0"))
        }
    }
}
