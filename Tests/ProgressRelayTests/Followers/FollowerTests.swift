internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Follower")
@LoopActor
struct FollowerTests {
    @Test("A connection past its lifetime is closed to get a new ticket, whatever it follows")
    func lifetime() {
        let transport = RecordingTransport()
        var session = FollowerSession(ticket: Samples.ticket(), subscriptionLimit: 2, queueLimit: 10, now: Samples.now)
        _ = session.subscribe(Samples.task, from: nil)
        let follower = Follower(session, transport: transport, metrics: RelayMetrics(Metrics()))
        follower.maintain(Samples.now + .seconds(59), pingInterval: .seconds(25), lifetime: .seconds(60))
        #expect(transport.closed == nil)
        follower.maintain(Samples.now + .seconds(61), pingInterval: .seconds(25), lifetime: .seconds(60))
        #expect(transport.closed?.code == 4001)
        #expect(transport.closed?.text.hasPrefix("retry ") == true)
    }

    @Test("Coalesced updates are counted")
    func merges() {
        let metrics = Metrics()
        var session = FollowerSession(ticket: Samples.ticket(), subscriptionLimit: 2, queueLimit: 10, now: Samples.now)
        _ = session.subscribe(Samples.task, from: nil)
        session.begin(Samples.task, .snapshot, at: Samples.position(1), data: [:])
        for number in 2...5 { session.offer(Samples.update(.progress, Int64(number))) }
        let follower = Follower(session, transport: RecordingTransport(), metrics: RelayMetrics(metrics))
        follower.flush(Samples.now)
        #expect(metrics.text.contains("maas_relay_coalesced_total 3"))
    }
}
