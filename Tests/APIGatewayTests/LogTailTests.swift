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

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("New output is sent once, until the task is over")
    func once() {
        var tail = LogTail(attempt: nil, standing: self.standing(1))
        #expect(self.text(tail.take(self.log(["a"]))) == "a\n")
        #expect(tail.take(self.log(["a"])).isEmpty)
        #expect(tail.isOver(by: self.standing(1)).isOver == false)
        #expect(self.text(tail.take(self.log(["a", "b"]))) == "b\n")
        #expect(tail.isOver(by: self.standing(1, isOver: true)).isOver)
    }

    @Test("It waits for a queued task, and announces a further attempt")
    func attempts() {
        var tail = LogTail(attempt: nil, standing: self.standing(0))
        #expect(tail.isOver(by: self.standing(0)) == (false, nil))
        #expect(tail.isOver(by: self.standing(1)) == (false, nil))
        #expect(tail.attempt == 1)
        #expect(self.text(tail.take(self.log(["a"]))) == "a\n")
        #expect(tail.isOver(by: self.standing(2)) == (false, "[attempt 2]\n"))
        #expect(self.text(tail.take(self.log(["c"]))) == "c\n")
        #expect(tail.isOver(by: self.standing(2, isOver: true)) == (true, nil))
    }

    @Test("A requested attempt is shown alone")
    func fixed() {
        var tail = LogTail(attempt: 1, standing: self.standing(2))
        #expect(self.text(tail.take(self.log(["a"]))) == "a\n")
        #expect(tail.isOver(by: self.standing(2)) == (true, nil))
    }

    @Test("A restarted output is shown from its beginning")
    func again() {
        var tail = LogTail(attempt: 1, standing: self.standing(1))
        _ = tail.take(self.log(["a", "b", "c"]))
        #expect(self.text(tail.take(self.log(["x"]))) == "x\n")
    }
}
