internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Logs of containers")
struct LogTests {
    private func lines(_ text: String) -> [LogLine] {
        Array(text.utf8).split(separator: UInt8(ascii: "\n")).compactMap { LogLine($0) }
    }

    private var sample: [LogLine] {
        self.lines(
            """
            2026-11-24T01:00:00.000000000Z stdout F one
            2026-11-24T01:00:01.000000000Z stderr P tw
            2026-11-24T01:00:01.000000000Z stderr F o
            2026-11-24T01:00:02.000000000Z stdout F three words here
            """
        )
    }

    @Test("Lines survive a round trip; pieces of a long one are joined")
    func renders() {
        #expect(
            String(decoding: LogQuery().select(self.sample, isFirst: true), as: UTF8.self)
                == "one\ntwo\nthree words here\n"
        )
    }

    @Test("The tail, the time and the times")
    func selects() {
        var query = LogQuery()
        query.tailLines = 1
        query.withTimes = true
        let tail = String(decoding: query.select(self.sample, isFirst: true), as: UTF8.self)
        #expect(tail == "2026-11-24T01:00:02.000000000Z three words here\n")
        #expect(query.select(self.sample, isFirst: false).count > tail.utf8.count)
        var since = LogQuery()
        since.since = Sample.start.advanced(bySeconds: 2)
        #expect(String(decoding: since.select(self.sample, isFirst: true), as: UTF8.self) == "three words here\n")
        since.since = Sample.start.advanced(bySeconds: -.max)
        #expect(since.select(self.sample, isFirst: true) == LogQuery().select(self.sample, isFirst: true))
    }
}
