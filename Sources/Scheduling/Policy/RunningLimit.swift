/// How much of a user or a template may run at once; nil is unlimited.
package struct RunningLimit: Sendable, Hashable {
    package var tasks: Int?
    /// A share of a card counts as a fraction.
    package var gpus: Int?

    package init(tasks: Int? = nil, gpus: Int? = nil) {
        self.tasks = tasks
        self.gpus = gpus
    }
}
