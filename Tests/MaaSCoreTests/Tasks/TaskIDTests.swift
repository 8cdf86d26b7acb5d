internal import MaaSCore
internal import Testing

@Suite("Task id")
struct TaskIDTests {
    @Test("Identifiers sort by time and read back")
    func order() {
        let random = [UInt8](repeating: 0xFF, count: 10)
        let ids = (0..<100).map { TaskID(time: Timestamp(milliseconds: 1_790_000_000_000 + $0 * 7), random: random) }
        #expect(ids == ids.sorted())
        for id in ids { #expect(TaskID(id.description) == id) }
    }

    @Test("It is a UUIDv7 of the given time and randomness")
    func layout() {
        let id = TaskID(time: Timestamp(milliseconds: 0x0123_4567_89AB), random: [UInt8](repeating: 0, count: 10))
        // 0123456789ab-7000-8000-000000000000, written five bits at a time from the right.
        #expect(id.description == "014d2pf2dbe008000000000000")
    }

    @Test(
        "Invalid identifiers are rejected",
        arguments: ["", "0", "ABCDEFGHJKMNPQRSTVWXYZ0123", "8zzzzzzzzzzzzzzzzzzzzzzzzz", "0123456789abcdefghjkmnpqr'"]
    )
    func refused(text: String) {
        #expect(TaskID(text) == nil)
    }

    @Test("A job's name fits a Service's name with the longest prefix")
    func jobName() {
        let id = TaskID(time: .now(), random: [UInt8](repeating: 1, count: 10))
        let prefix = String(repeating: "p", count: JobName.maximumPrefixLength)
        #expect(JobName.make(prefix: prefix, task: id, attempt: 999).utf8.count == JobName.maximumLength)
    }
}
