internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Stream cursor")
struct StreamCursorTests {
    @Test("The counts of added and read entries must agree")
    func count() {
        var cursor = StreamCursor(endOf: self.info(last: 10, added: 7))
        #expect(cursor.verdict(self.info(last: 10, added: 7), unread: 0) == .sound)
        #expect(cursor.verdict(self.info(last: 12, added: 9), unread: 2) == .sound)
        cursor.advance(to: self.id(12), by: 2)
        #expect(cursor.verdict(self.info(last: 12, added: 9), unread: 0) == .sound)
        #expect(cursor.verdict(self.info(last: 13, added: 11), unread: 1) == .trimmed, "one went unread")
        #expect(cursor.verdict(self.info(last: 13, added: 11), unread: 1, isAll: false) == .sound, "more may follow")
        #expect(cursor.verdict(self.info(last: 12, added: 9, first: nil), unread: 0) == .sound, "trimmed behind us")
    }

    @Test("A failover to an older state is noticed, whether its ids are behind ours or ahead again")
    func failover() {
        let cursor = StreamCursor(endOf: self.info(last: 10, added: 7))
        #expect(cursor.verdict(self.info(last: 9, added: 6), unread: 0) == .lost)
        #expect(cursor.verdict(self.info(last: 20, added: 7), unread: 1) == .lost, "one was lost, another came")
        #expect(cursor.verdict(nil, unread: 0) == .lost)
    }

    @Test("A stream that does not exist yet is read from its beginning")
    func beginning() {
        var cursor = StreamCursor(endOf: nil)
        #expect(cursor.id == .zero)
        #expect(cursor.verdict(nil, unread: 0) == .sound)
        #expect(cursor.verdict(self.info(last: 3, added: 2), unread: 2) == .sound)
        cursor.advance(to: self.id(3), by: 2)
        #expect(cursor.verdict(self.info(last: 3, added: 2), unread: 0) == .sound)
    }

    @Test("Without the count of Redis 7, a first entry beyond the cursor may mean a gap")
    func withoutCount() {
        let cursor = StreamCursor(endOf: self.info(last: 10, added: nil))
        #expect(cursor.verdict(self.info(last: 12, added: nil), unread: 2) == .sound)
        #expect(cursor.verdict(self.info(last: 12, added: nil, first: 11), unread: 2) == .trimmed)
        #expect(cursor.verdict(self.info(last: 9, added: nil), unread: 0) == .lost)
    }

    private func id(_ milliseconds: UInt64) -> RedisStreamID { RedisStreamID(milliseconds: milliseconds, sequence: 0) }

    private func info(last: UInt64, added: Int?, first: UInt64? = 1) -> RedisStreamInfo {
        RedisStreamInfo(length: 5, lastGeneratedID: self.id(last), firstID: first.map(self.id), entriesAdded: added)
    }
}
