internal import Testing

@testable internal import MaaSControl

struct SubmissionQueueTests {
    private typealias Queue = SubmissionQueue<String>

    private static func key(_ user: String, _ digest: UInt8) -> Queue.Key { Queue.Key(user: user, digest: [digest]) }

    @Test func aRepeatedKeyShortensNoBatch() {
        var queue = Queue()
        for number in 1...3 { queue.append("ada \(number)", key: Self.key("ada", 7)) }
        queue.append("bob", key: Self.key("bob", 7))
        queue.append("none", key: nil)
        queue.append("other", key: Self.key("ada", 8))
        #expect(queue.count == 4)
        #expect(queue.take(2) == ["ada 1", "bob"])
        #expect(queue.take(9) == ["none", "other", "ada 2"])
        #expect(queue.take(9) == ["ada 3"])
        #expect(queue.take(9).isEmpty && queue.isEmpty)
        queue.append("again", key: Self.key("ada", 7))
        #expect(queue.take(9) == ["again"])
    }
}
