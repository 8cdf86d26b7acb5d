/// Everything that a template's placeholders stand for, for one attempt of one task.
package struct RenderInput: Sendable, Hashable {
    package var taskID: TaskID
    /// Starts at 1.
    package var attempt: Int
    package var namespace: String
    /// As ``Template/validate(_:)`` returned them.
    package var parameters: JSONValue
    package var eventToken = ""
    /// Redis as pods reach it.
    package var eventsURL = ""
    package var eventsStream = ""
    /// A presigned GET of the picture; empty when there is none.
    package var inputURL = ""
    /// A presigned PUT of the video.
    package var outputURL = ""
    package var outputKey = ""
    package var workerImage = ""
    package var reporterImage = ""

    package init(taskID: TaskID, attempt: Int, namespace: String, parameters: JSONValue) {
        self.taskID = taskID
        self.attempt = attempt
        self.namespace = namespace
        self.parameters = parameters
    }

    /// What each placeholder stands for.
    func values(jobName: String) -> [String: JSONValue] {
        var values = parameters.object ?? [:]
        for name in Placeholder.BuiltIn.allCases { values[name.rawValue] = value(of: name, jobName: jobName) }
        return values
    }

    private func value(of name: Placeholder.BuiltIn, jobName: String) -> JSONValue {
        switch name {
        case .jobName: .string(jobName)
        case .taskID: .string(taskID.description)
        case .attempt: .integer(Int64(attempt))
        case .namespace: .string(namespace)
        case .eventToken: .string(eventToken)
        case .eventsURL: .string(eventsURL)
        case .eventsStream: .string(eventsStream)
        case .inputURL: .string(inputURL)
        case .outputURL: .string(outputURL)
        case .outputKey: .string(outputKey)
        case .workerImage: .string(workerImage)
        case .reporterImage: .string(reporterImage)
        }
    }
}
