import MaaSCore
import Testing

@testable import ProgressRelay

@Suite("Follower")
@LoopActor
struct FollowerTests {
    @Test("A connection that is old enough is sent to fetch a new ticket, whatever it follows")
    func lifetime() {
        let transport = RecordingTransport()
        var session = FollowerSession(ticket: Samples.ticket(), subscriptionLimit: 2, queueLimit: 10, now: Samples.now)
        _ = session.subscribe(Samples.task, from: nil)
        let follower = Follower(session, transport: transport, metrics: RelayMetrics(Metrics()))
        follower.tend(Samples.now + .seconds(59), pingInterval: .seconds(25), lifetime: .seconds(60))
        #expect(transport.closed == nil)
        follower.tend(Samples.now + .seconds(61), pingInterval: .seconds(25), lifetime: .seconds(60))
        #expect(transport.closed?.code == 4001)
        #expect(transport.closed?.text.hasPrefix("retry ") == true)
    }
}
