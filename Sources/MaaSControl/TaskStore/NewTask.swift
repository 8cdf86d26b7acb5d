package import MaaSCore

/// A task as it is submitted.
package struct NewTask: Sendable, Hashable {
    package var id: TaskID
    package var user: String
    package var template: String
    /// Checked against the template, with its defaults filled in.
    package var parameters: JSONValue
    package var priority: TaskPriority
    package var input: TaskInput?
    /// The task this one is a remix or a retry of.
    package var origin: TaskID?
    /// What its user has written on it, to find it by.
    package var labels: [String: String]
    /// The span that what is done for it is part of.
    package var trace: TraceContext?
    /// When it was submitted, which is also where it stands in the queue.
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
