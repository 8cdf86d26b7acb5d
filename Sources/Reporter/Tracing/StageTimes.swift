internal import MaaSCore

/// The start times of a program's stages.
struct StageTimes {
    struct Entry: Equatable {
        let stage: TaskStage
        let start: Timestamp
        let end: Timestamp
    }

    private var begun: [(stage: TaskStage, start: Timestamp)] = []

    /// Records the stage at `now`; a continued one is ignored.
    mutating func take(_ stage: TaskStage, at now: Timestamp) {
        if self.begun.last?.stage != stage { self.begun.append((stage, now)) }
    }

    /// All stages, the last of which ends at `end`.
    func closed(at end: Timestamp) -> [Entry] {
        let ends = self.begun.dropFirst().map(\.start) + [end]
        return zip(self.begun, ends).map { Entry(stage: $0.stage, start: $0.start, end: $1) }
    }
}
