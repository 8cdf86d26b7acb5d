internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("Progress tracker")
struct ProgressTrackerTests {
    private func line(_ text: String) -> LineSplitter.Line {
        LineSplitter.Line(text: "[2026-11-24 01:02:03,004] INFO: " + text, isFresh: true, isFinished: true)
    }

    private func bar(_ step: Double, of total: Double, _ description: String = "") -> ProgressBar {
        ProgressBar(description: description, step: step, total: total)
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
            ProgressBar(description: "", step: 3, total: 5),
            ProgressBar(description: "Fetching 4 files", step: 3, total: 4),
            ProgressBar(description: "", step: 3, total: nil),
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

    @Test("Decoding advances slowly and stays within its share")
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

    @Test("Clips are counted together, each with its own bar, drawn twice at its end")
    func clips() {
        var tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 4, clips: 3)
        var percents: [Double] = []
        for clip in 0..<3 {
            for step in [0, 1, 2, 3, 4, 4] {
                tracker.read(self.bar(Double(step), of: 4), at: .seconds(clip * 10 + step))
                percents.append(tracker.report(at: .seconds(clip * 10 + step)).percent)
                guard clip < 2 || step < 4 else { continue }
                let report = tracker.report(at: .zero)
                #expect(report.step == clip * 4 + step)
                #expect(report.total == 12)
                #expect(report.stage == .denoising)
            }
        }
        #expect(percents == percents.sorted())
        #expect(percents[5] == 38.3)
        #expect(tracker.report(at: .seconds(40)).stage == .decoding)
        #expect(tracker.report(at: .seconds(40)).percent == 85)
    }

    @Test("Bars of several processes on one pipe are one loop")
    func interleaved() {
        var tracker = ProgressTracker(progress: StageProgress(), expectedSteps: 4)
        var percents: [Double] = []
        for step in [0, 0, 1, 0, 2, 1, 3, 2, 4, 3, 4] {
            tracker.read(self.bar(Double(step), of: 4), at: .zero)
            percents.append(tracker.report(at: .zero).percent)
        }
        #expect(percents == percents.sorted())
        #expect(tracker.report(at: .zero).stage == .decoding)
    }

    @Test("Previews are counted")
    func previews() {
        var tracker = ProgressTracker(progress: StageProgress())
        #expect(tracker.report(at: .zero).preview == nil)
        tracker.storedPreview()
        tracker.storedPreview()
        #expect(tracker.report(at: .zero).preview == 2)
    }

    @Test("The pipe reports any stage it names")
    func pipe() {
        var tracker = ProgressTracker(progress: StageProgress())
        tracker.read(PipeMessage(stage: .denoising, step: 1, total: 2), at: .zero)
        #expect(tracker.report(at: .zero).percent == 50)
        tracker.read(PipeMessage(stage: .postprocessing, step: 1, total: 2), at: .zero)
        tracker.read(PipeMessage(stage: nil, step: 2, total: 2), at: .zero)
        #expect(tracker.report(at: .zero).percent == 96)
    }
}
