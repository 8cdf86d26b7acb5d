@testable internal import APIGateway
internal import MaaSCore
internal import Testing

@Suite("Log tail")
struct LogTailTests {
    private func log(_ lines: [String]) -> OutputLog {
        var log = OutputLog()
        for line in lines { log.append(line) }
        return log
    }

    private func standing(_ attempt: Int, isOver: Bool = false) -> LogTail.Standing {
        LogTail.Standing(attempt: attempt, isOver: isOver)
    }

    private func take(_ tail: inout LogTail, _ lines: [String]) -> String {
        String(decoding: tail.take(self.log(lines), atMost: 100), as: UTF8.self)
    }

    @Test("New output is sent once, until the task is over")
    func once() {
        var tail = LogTail(attempt: nil, standing: self.standing(1))
        #expect(self.take(&tail, ["a"]) == "a\n")
        #expect(self.take(&tail, ["a"]).isEmpty)
        #expect(tail.isOver(by: self.standing(1)).isOver == false)
        #expect(self.take(&tail, ["a", "b"]) == "b\n")
        #expect(tail.isOver(by: self.standing(1, isOver: true)).isOver)
    }

    @Test("A long output is sent in parts")
    func parts() {
        let log = self.log(["abc", "def"])
        var tail = LogTail(attempt: 1, standing: self.standing(1))
        var parts: [String] = []
        while !tail.hasAll(of: log) { parts.append(String(decoding: tail.take(log, atMost: 3), as: UTF8.self)) }
        #expect(parts == ["abc", "\nde", "f\n"])
    }

    @Test("It waits for a queued task, and announces a further attempt")
    func attempts() {
        var tail = LogTail(attempt: nil, standing: self.standing(0))
        #expect(tail.isOver(by: self.standing(0)) == (false, nil))
        #expect(tail.isOver(by: self.standing(1)) == (false, nil))
        #expect(tail.attempt == 1)
        #expect(self.take(&tail, ["a"]) == "a\n")
        #expect(tail.isOver(by: self.standing(2)) == (false, "[attempt 2]\n"))
        #expect(self.take(&tail, ["c"]) == "c\n")
        #expect(tail.isOver(by: self.standing(2, isOver: true)) == (true, nil))
    }

    @Test("A requested attempt is shown alone")
    func fixed() {
        var tail = LogTail(attempt: 1, standing: self.standing(2))
        #expect(self.take(&tail, ["a"]) == "a\n")
        #expect(tail.isOver(by: self.standing(2)) == (true, nil))
    }

    @Test("A restarted output is shown from its beginning")
    func again() {
        var tail = LogTail(attempt: 1, standing: self.standing(1))
        _ = self.take(&tail, ["a", "b", "c"])
        #expect(self.take(&tail, ["x"]) == "x\n")
    }
}
