internal import Dispatching
internal import MaaSCore
internal import Scheduling
internal import Testing

@testable internal import Dispatcher

@LoopActor
@Suite("Dispatch pump")
struct DispatchPumpTests {
    @Test("Rows are taken by the term's clock, before any order is given")
    func clock() {
        let pump = DispatchPump(core: DispatchCore(policy: DispatchPolicy()))
        pump.onOrders = { _ in Issue.record("not open yet") }
        let ahead = Timestamp.now() + .seconds(3600)
        pump.clock = TermClock(base: ahead)
        #expect(pump.update { _, now in now } >= ahead)
        #expect(pump.now >= ahead)
        pump.close()
    }
}
