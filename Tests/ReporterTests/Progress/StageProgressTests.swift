internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("Progress over all stages")
struct StageProgressTests {
    @Test("Each stage has its share, one after the other")
    func ranges() {
        var end = 2.0
        for stage in TaskStage.allCases.dropFirst(2) {
            #expect(StageProgress.range(of: stage).lowerBound == end)
            end = StageProgress.range(of: stage).upperBound
        }
        #expect(end == 99.5)
    }

    @Test("Half of the loop is half of its share")
    func half() {
        var progress = StageProgress()
        progress.advance(to: .denoising, fraction: 0.5)
        #expect(progress.percent == 50)
    }

    @Test("A finished stage is ignored")
    func late() {
        var progress = StageProgress()
        progress.advance(to: .decoding, fraction: 0)
        let isTaken = progress.advance(to: .loadingModel, fraction: 1)
        #expect(!isTaken)
        #expect(progress.stage == .decoding)
    }

    @Test("Percent never falls, stages never go back, and 100 is not reached", arguments: 0..<50 as Range<UInt64>)
    func monotonic(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var progress = StageProgress(percent: Double(random.next(below: 300) - 100))
        for _ in 0..<200 {
            let before = progress
            let stage = TaskStage.allCases[random.next(below: TaskStage.allCases.count)]
            let fractions = [Double(random.next(below: 200)) / 100 - 0.5, .nan, .infinity, -.infinity]
            progress.advance(to: stage, fraction: fractions[random.next(below: 4)])
            #expect(progress.percent >= before.percent)
            #expect(progress.stage >= before.stage)
            #expect((0..<100).contains(progress.percent))
        }
    }
}
