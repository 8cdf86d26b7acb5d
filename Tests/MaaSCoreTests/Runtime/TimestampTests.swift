import MaaSCore
import Testing

struct TimestampTests {
    /// Clients send back what they were told, to ask for what came before or after it.
    @Test func everyMillisecondIsReadAsItIsWritten() {
        for milliseconds in Int64(1_790_000_000_000)..<1_790_000_002_000 {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp("\(time)") == time)
        }
    }

    @Test func millisecondsAreWrittenOut() {
        #expect("\(Timestamp(milliseconds: 1_790_000_000_001))" == "2026-09-21T14:13:20.001Z")
        #expect("\(Timestamp(milliseconds: 1_790_000_000_999))" == "2026-09-21T14:13:20.999Z")
    }
}
