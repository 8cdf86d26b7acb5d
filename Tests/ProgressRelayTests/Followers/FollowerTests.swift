internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Follower")
@LoopActor
struct FollowerTests {
    @Test("A connection past its lifetime is closed to get a new ticket, whatever it follows")
    func lifetime() {
        let transport = RecordingTransport()
        var session = FollowerSession(
            ticket: Samples.ticket(),
            subscriptionLimit: 2,
            queueLimit: 10,
            spread: 1,
            now: Samples.now
        )
        _ = session.subscribe(Samples.task, from: nil)
        let follower = Follower(session, transport: transport, metrics: RelayMetrics(Metrics()))
        follower.maintain(Samples.now + .seconds(59), pingInterval: .seconds(25), lifetime: .seconds(60))
        #expect(transport.closed == nil)
        follower.maintain(Samples.now + .seconds(61), pingInterval: .seconds(25), lifetime: .seconds(60))
        #expect(transport.closed?.code == 4001)
        #expect(transport.closed?.text.hasPrefix("retry ") == true)
    }

    @Test("Clients that came together become old and are pinged at different times, and none late")
    func spread() {
        let sessions = (0..<1000).map { _ in
            FollowerSession(ticket: Samples.ticket(), subscriptionLimit: 2, queueLimit: 10, now: Samples.now)
        }
        for share in [0.8, 0.9, 1] {
            let old = sessions.count { $0.isOld(Samples.now + .seconds(3600 * share), lifetime: .seconds(3600)) }
            let pinged = sessions.count { $0.needsPing(after: .seconds(25 * share), interval: .seconds(25)) }
            let expected = Int((share - 0.8) * 5000)
            #expect(abs(old - expected) < 100 && abs(pinged - expected) < 100, "\(share): \(old), \(pinged)")
        }
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
