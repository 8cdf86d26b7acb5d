internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Row requests")
struct RowRequestsTests {
    @Test("Many requests for few rows are coalesced")
    func shared() throws {
        var requests = RowRequests<Int>()
        for waiter in 0..<300 { requests.want(Self.task(waiter % 3), waiter) }
        let made = requests.next()
        let batch = try #require(made)
        #expect(Set(batch.tasks) == Set((0..<3).map(Self.task)))
        #expect(batch.waiters.values.map(\.count) == [100, 100, 100])
        let more = requests.next()
        #expect(more == nil)
    }

    @Test("Many rows are read in few statements, with bounded concurrency, in order of request")
    func bounded() {
        var requests = RowRequests<Int>(batchSize: 10, limit: 2)
        for number in 0..<35 { requests.want(Self.task(number), number) }
        var batches = [requests.next(), requests.next(), requests.next()]
        #expect(batches[0].map { Set($0.tasks) } == Set((0..<10).map(Self.task)))
        #expect(batches[1]?.tasks.count == 10)
        #expect(batches[2] == nil, "two are under way")
        requests.answered()
        batches.append(requests.next())
        #expect(batches[3]?.tasks.contains(Self.task(20)) == true)
        requests.answered()
        batches.append(requests.next())
        #expect(batches[4]?.tasks.count == 5)
        requests.answered()
        requests.answered()
        batches.append(requests.next())
        #expect(batches[5] == nil)
        #expect(requests.askedCount == 0)
    }

    @Test("A request for a row being read starts another read, as that one may be too old")
    func fresh() {
        var requests = RowRequests<Int>()
        requests.want(Self.task(1), 1)
        _ = requests.next()
        requests.want(Self.task(1), 2)
        let next = requests.next()
        #expect(next?.waiters == [Self.task(1): [2]])
    }

    private static func task(_ number: Int) -> TaskID {
        TaskID(time: Timestamp(milliseconds: Int64(number)), random: Array(1...10))
    }
}
