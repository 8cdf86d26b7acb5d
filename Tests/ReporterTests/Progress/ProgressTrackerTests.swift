import MaaSCore
import Testing

@testable import Reporter

@Suite("Progress tracker")
struct ProgressTrackerTests {
    private func line(_ text: String) -> LineSplitter.Line {
        LineSplitter.Line(text: "[2026-11-24 01:02:03,004] INFO: " + text, isFresh: true, isFinished: true)
    }

    private func bar(_ step: Double, of total: Double, _ description: String = "") -> ProgressBar {
        ProgressBar(description: description, step: step, total: total, elapsed: 0)
    }

    @Test("A generation from loading to saving")
    func whole() {
        var tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 4)
        var seen: [TaskProgress] = []
        var now = Duration.zero
        func note() {
            seen.append(tracker.report(at: now))
            now += .seconds(1)
        }
        tracker.readOutput(self.line("Creating WanT2V pipeline."), at: now)
        note()
        for _ in 1...2 {
            for shard in 0...6 { tracker.read(self.bar(Double(shard), of: 6, "Loading checkpoint shards"), at: now) }
            note()
        }
        tracker.readOutput(self.line("Generating video ..."), at: now)
        note()
        for step in 0...4 {
            tracker.read(self.bar(Double(step), of: 4), at: now)
            note()
        }
        tracker.tick(at: now)
        note()
        tracker.readOutput(self.line("Saving generated video to x"), at: now)
        note()

        #expect(seen.map(\.stage).first == .loadingModel)
        #expect(seen.map(\.percent) == [5, 12, 15, 15, 15, 32.5, 50, 67.5, 85, 86.1, 92])
        #expect(seen[7].step == 3)
        #expect(seen[7].total == 4)
        #expect(seen[7].etaSeconds == 4)
        #expect(seen[9].stage == .decoding)
        #expect(seen[9].step == nil)
    }

    @Test(
        "Other bars are not the loop",
        arguments: [
            ProgressBar(description: "", step: 3, total: 5, elapsed: 0),
            ProgressBar(description: "Fetching 4 files", step: 3, total: 4, elapsed: 0),
            ProgressBar(description: "", step: 3, total: nil, elapsed: 0),
        ]
    )
    func others(bar: ProgressBar) {
        var tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 4)
        let before = tracker.report(at: .zero)
        tracker.read(bar, at: .zero)
        #expect(tracker.report(at: .zero) == before)
    }

    @Test("Without an expected total, the first bar after the line is the loop")
    func unknownTotal() {
        var tracker = ProgressTracker(progress: StageProgress())
        tracker.read(self.bar(1, of: 2), at: .zero)
        #expect(tracker.report(at: .zero).percent == 0)
        tracker.readOutput(self.line("Generating video ..."), at: .zero)
        tracker.read(self.bar(1, of: 2), at: .zero)
        tracker.read(self.bar(9, of: 10), at: .zero)
        #expect(tracker.report(at: .zero).percent == 50)
    }

    @Test("Decoding creeps on and stays within its part")
    func creep() {
        var tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 1)
        tracker.read(self.bar(1, of: 1), at: .zero)
        var last = 85.0
        for second in stride(from: 5, through: 3600, by: 60) {
            tracker.tick(at: .seconds(second))
            let percent = tracker.report(at: .seconds(second)).percent
            #expect(percent >= last)
            last = percent
        }
        #expect((90..<92).contains(last))
    }

    @Test("The pipe speaks for whatever stage it names")
    func pipe() {
        var tracker = ProgressTracker(progress: StageProgress())
        tracker.read(PipeMessage(stage: .denoising, step: 1, total: 2), at: .zero)
        #expect(tracker.report(at: .zero).percent == 50)
        tracker.read(PipeMessage(stage: .postprocessing, step: 1, total: 2), at: .zero)
        tracker.read(PipeMessage(stage: nil, step: 2, total: 2), at: .zero)
        #expect(tracker.report(at: .zero).percent == 96)
    }
}
