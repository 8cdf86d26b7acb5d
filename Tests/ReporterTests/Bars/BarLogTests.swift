internal import Testing

@testable internal import Reporter

@Suite("Bars in a log")
struct BarLogTests {
    private func lines(_ description: String = "", _ steps: some Sequence<Int>, of total: Int) -> [String] {
        var log = BarLog()
        return steps.compactMap { step in
            log.line(for: ProgressBar(description: description, step: Double(step), total: Double(total)))
        }
    }

    @Test("A thousand steps make 21 lines: one every 5 %")
    func thinned() {
        let lines = self.lines("", 0...1000, of: 1000)
        #expect(lines.count == 21)
        #expect(lines.first == "progress: 0% 0/1000")
        #expect(lines.last == "progress: 100% 1000/1000")
    }

    @Test("Few steps are all logged, the repeated last one once")
    func few() {
        #expect(
            self.lines("Loading", [0, 1, 2, 2], of: 2) == [
                "Loading: 0% 0/2", "Loading: 50% 1/2", "Loading: 100% 2/2",
            ]
        )
    }

    @Test("The next clip's bar is logged from its start")
    func again() {
        #expect(self.lines("", [0, 1, 0, 1], of: 1).count == 4)
    }

    @Test("Without a total, the lines thin out")
    func endless() {
        var log = BarLog()
        let lines = (0...100).compactMap { step in
            log.line(for: ProgressBar(description: "", step: Double(step), total: nil))
        }
        #expect(lines.count == 8)
    }
}
