internal import MaaSCore

/// One number for all of a generation: percent that never falls, stages that only move forward.
struct StageProgress: Equatable {
    private(set) var stage: TaskStage
    /// 0 to below 100, with one decimal. 100 is for the end alone.
    private(set) var percent: Double

    /// - Parameter percent: where an earlier program of the same attempt has left off.
    init(stage: TaskStage = .scheduling, percent: Double = 0) {
        self.stage = stage
        self.percent = min(max(percent, 0), Self.highest)
    }

    /// How much of the whole each stage is: fixed, so that a bar never jumps back within an attempt.
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

    /// Moves to `fraction` of `stage`. Returns false, and changes nothing, when that stage is over.
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
