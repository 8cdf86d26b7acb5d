internal import MaaSCore

/// What `reporter run` is told.
struct RunOptions: Equatable {
    /// The generator and its arguments; never empty.
    var command: [String]
    /// The total of the generator's sampling bar, which tells it from others.
    var expectedSteps: Int?
    /// How many such bars there will be: S2V and Animate make a video of clips, each with a bar of its own.
    var expectedClips = 1
    /// The stage the command begins in; nil is that of a generator, which loads its model first.
    var stage: TaskStage?
    /// From a signal to end until the group is killed.
    var grace = Duration.seconds(20)
    /// Whether nothing is said but why it failed: the other nodes of a job only compute.
    var isQuiet = false

    init(_ arguments: [String]) throws(UsageError) {
        let reader = try ArgumentReader(
            arguments,
            options: ["expect-steps", "expect-clips", "stage", "grace"],
            flags: ["quiet"]
        )
        guard let command = reader.command, !command.isEmpty else { throw UsageError("run needs -- and a command") }
        guard reader.operands.isEmpty else { throw UsageError("the command comes after --") }
        self.command = command
        self.expectedSteps = try reader.number("expect-steps", in: 1...1_000_000)
        self.expectedClips = try reader.number("expect-clips", in: 1...10_000) ?? 1
        self.stage = try reader.stage("stage")
        if let grace = try reader.number("grace", in: 0...3600) { self.grace = .seconds(grace) }
        self.isQuiet = reader.has("quiet")
    }
}
