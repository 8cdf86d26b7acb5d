/// What may run at once of a user or a template; nil is no limit.
package struct RunningLimit: Sendable, Hashable {
    package var tasks: Int?
    /// A share of a card counts as the part it is.
    package var gpus: Int?

    package init(tasks: Int? = nil, gpus: Int? = nil) {
        self.tasks = tasks
        self.gpus = gpus
    }
}
