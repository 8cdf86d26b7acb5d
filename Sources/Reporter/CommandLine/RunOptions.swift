internal import MaaSCore

/// The options of `reporter run`.
struct RunOptions: Equatable {
    /// How long a program of the pod may go on after the stop signal. The pod's own grace period must be ten seconds
    /// longer, as Kubernetes' default of thirty is: see ``GeneratorRun``.
    static let usualGrace = Duration.seconds(20)

    /// The generator and its arguments; never empty.
    var command: [String]
    /// The total of the generator's sampling bar, which distinguishes it from others.
    var expectedSteps: Int?
    /// The number of such bars: S2V and Animate assemble a video from clips, each with its own bar.
    var expectedClips = 1
    /// The stage in which the command begins; nil for a generator, which begins by loading its model.
    var stage: TaskStage?
    /// From the stop signal until the process group is killed.
    var grace = Self.usualGrace
    /// Whether only the cause of a failure is sent, as on a job's nodes other than the first.
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
        self.expectedClips = try reader.number("expect-clips", in: 1...1_000_000) ?? 1
        self.stage = try reader.stage("stage")
        if let grace = try reader.number("grace", in: 0...3600) { self.grace = .seconds(grace) }
        self.isQuiet = reader.has("quiet")
    }
}
