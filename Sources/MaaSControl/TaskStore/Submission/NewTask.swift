package import MaaSCore

/// A task as it is submitted.
package struct NewTask: Sendable, Hashable {
    package var id: TaskID
    package var user: String
    package var template: String
    /// Validated against the template, with its defaults filled in.
    package var parameters: JSONValue
    package var priority: TaskPriority
    package var input: TaskInput?
    /// The task this one is a remix or a retry of.
    package var origin: TaskID?
    /// Labels that the user attached, to find it by.
    package var labels: [String: String]
    /// The parent span of all work on the task.
    package var trace: TraceContext?
    /// The time of submission, which also determines the place in the queue.
    package var created: Timestamp

    package init(
        id: TaskID,
        user: String,
        template: String,
        parameters: JSONValue,
        priority: TaskPriority,
        input: TaskInput? = nil,
        origin: TaskID? = nil,
        labels: [String: String] = [:],
        trace: TraceContext? = nil,
        created: Timestamp = .now()
    ) {
        self.id = id
        self.user = user
        self.template = template
        self.parameters = parameters
        self.priority = priority
        self.input = input
        self.origin = origin
        self.labels = labels
        self.trace = trace
        self.created = created
    }
}
