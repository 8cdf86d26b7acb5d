/// The progress of a running attempt.
package struct TaskProgress: Sendable, Hashable {
    package var stage: TaskStage
    /// Steps done and total steps, in a stage that has steps.
    package var step: Int?
    package var total: Int?
    /// Of the whole attempt, 0 to 100; never falls within an attempt.
    package var percent: Double
    /// Seconds left; nil while unknown.
    package var etaSeconds: Int?
    /// At most 500 bytes, never a prompt.
    package var message: String?
    /// The number of preview pictures so far; each replaces the one before (``OutputKey/preview(task:attempt:)``).
    package var preview: Int?

    package init(
        stage: TaskStage,
        step: Int? = nil,
        total: Int? = nil,
        percent: Double,
        etaSeconds: Int? = nil,
        message: String? = nil,
        preview: Int? = nil
    ) {
        self.stage = stage
        self.step = step
        self.total = total
        self.percent = percent
        self.etaSeconds = etaSeconds
        self.message = message
        self.preview = preview
    }
}
