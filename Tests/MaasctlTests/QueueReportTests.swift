internal import MaaSCore
internal import Testing

@testable internal import Maasctl

@Suite("Queue report")
struct QueueReportTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    @Test("A wait is shown as a duration, and a missing value as a dash")
    func waits() {
        let since = Timestamp(milliseconds: 1_700_000_000_000 - 95_300)
        let text = QueueReport(
            queue: [
                "gpus": ["used": 2, "capacity": 8],
                "classes": [
                    ["class": "high", "waiting": 1, "running": 0, "oldest_queued_at": .string("\(since)")],
                    ["class": "low", "waiting": 0, "running": 0, "oldest_queued_at": .null],
                ],
            ],
            now: Self.now
        ).text
        #expect(
            text == """
                2 of 8 GPUs are used

                CLASS  WAITING  RUNNING  LONGEST WAIT
                high   1        0        1m36s
                low    0        0        -
                """
        )
    }

    @Test("GPUs of drained nodes do not count, which is pointed out")
    func gpus() {
        let drained: JSONValue = ["gpus": ["used": 2, "capacity": 0]]
        let unknown: JSONValue = ["gpus": ["used": 1]]
        #expect(
            QueueReport(queue: drained, now: Self.now).text
                == "2 of 0 GPUs are used, some of them on nodes that accept no new tasks"
        )
        #expect(QueueReport(queue: unknown, now: Self.now).text == "1 of an unknown number of GPUs are used")
    }
}
