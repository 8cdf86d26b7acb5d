internal import MaaSCore
internal import Testing

@testable internal import APIGateway

@Suite("Prefer: wait")
struct WaitPreferenceTests {
    @Test(arguments: [
        ("wait=10", 10), ("WAIT = 10", 10), ("respond-async, wait=7;x=y", 7), ("wait=\"5\"", 5), ("wait=999", 60),
        ("wait", 60), ("wait=0", 0),
    ])
    func isUnderstood(_ header: String, _ seconds: Int) {
        #expect(WaitPreference(header, limit: .seconds(60))?.seconds == seconds)
    }

    @Test(arguments: [nil, "", "wait=soon", "wait=-1", "waiting=3", "return=minimal"])
    func isIgnored(_ header: String?) {
        #expect(WaitPreference(header, limit: .seconds(60)) == nil)
    }
}
