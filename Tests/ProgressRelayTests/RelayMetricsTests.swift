internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("The relay's metrics")
@LoopActor
struct RelayMetricsTests {
    @Test("What alerts wait for is zero before it happens")
    func zeros() {
        let metrics = Metrics()
        _ = RelayMetrics(metrics)
        for outcome in RelayMetrics.Outcome.allCases {
            #expect(metrics.text.contains("\nmaas_relay_events_total{outcome=\"\(outcome.rawValue)\"} 0\n"))
        }
        for heal in RelayMetrics.Heal.allCases {
            #expect(metrics.text.contains("\nmaas_relay_heals_total{reason=\"\(heal.rawValue)\"} 0\n"))
        }
        #expect(metrics.text.contains("\nmaas_attempts_ended_total{state=\"QUEUED\",code=\"NODE_LOST\"} 0\n"))
    }
}
