internal import MaaSCore

/// The progress of a whole generation as one percentage; neither it nor the stage ever goes back.
struct StageProgress: Equatable {
    private(set) var stage: TaskStage
    /// From 0 to below 100, with one decimal. 100 is reserved for the end.
    private(set) var percent: Double

    /// - Parameter percent: where an earlier program of the same attempt left off.
    init(stage: TaskStage = .scheduling, percent: Double = 0) {
        self.stage = stage
        self.percent = min(max(percent, 0), Self.highest)
    }

    /// Each stage's share of the whole: fixed, so that a bar never jumps back within an attempt.
    static func range(of stage: TaskStage) -> ClosedRange<Double> {
        switch stage {
        case .scheduling, .pulling: 0...2
        case .downloadingInputs: 2...5
        case .loadingModel: 5...15
        case .denoising: 15...85
        case .decoding: 85...92
        case .postprocessing: 92...96
        case .uploading: 96...99.5
        }
    }

    private static let highest = 99.5

    /// Advances to `fraction` of `stage`. Returns false, and changes nothing, when that stage is over.
    @discardableResult
    mutating func advance(to stage: TaskStage, fraction: Double) -> Bool {
        guard stage >= self.stage else { return false }
        self.stage = stage
        let range = Self.range(of: stage)
        let fraction = fraction.isFinite ? min(max(fraction, 0), 1) : 0
        let percent = range.lowerBound + (range.upperBound - range.lowerBound) * fraction
        self.percent = max(self.percent, (percent * 10).rounded() / 10)
        return true
    }
}
