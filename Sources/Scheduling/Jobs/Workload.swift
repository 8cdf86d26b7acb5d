/// A key for tasks of about the same duration.
package struct Workload: Sendable, Hashable {
    package var template: String
    /// `1280x720`.
    package var size: String
    package var frames: Int
    package var steps: Int
    package var gpus: Int

    package init(template: String, size: String = "", frames: Int = 0, steps: Int = 0, gpus: Int = 0) {
        self.template = template
        self.size = size
        self.frames = frames
        self.steps = steps
        self.gpus = gpus
    }
}
