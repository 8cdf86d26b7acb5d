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
    /// Of the picture, in bytes; empty when there is none.
    package var inputSize = ""
    /// Of the picture, in lower-case hexadecimal; empty when there is none.
    package var inputSHA256 = ""
    /// A presigned PUT of the video.
    package var outputURL = ""
    package var outputKey = ""
    /// A presigned HEAD of the video: whether the store has it whole.
    package var outputCheckURL = ""
    /// Presigned PUTs of the pictures of the video.
    package var thumbnailURL = ""
    package var spritesheetURL = ""
    package var previewURL = ""
    /// A presigned PUT of what the programs write.
    package var logURL = ""
    /// The attempt's span, as W3C's `traceparent`, and where spans go; empty when nothing is recorded.
    package var traceparent = ""
    package var traceEndpoint = ""
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
        var values = self.parameters.object ?? [:]
        for name in Placeholder.BuiltIn.allCases { values[name.rawValue] = self.value(of: name, jobName: jobName) }
        return values
    }

    private func value(of name: Placeholder.BuiltIn, jobName: String) -> JSONValue {
        switch name {
        case .jobName: .string(jobName)
        case .taskID: .string(self.taskID.description)
        case .attempt: .integer(Int64(self.attempt))
        case .namespace: .string(self.namespace)
        case .eventToken: .string(self.eventToken)
        case .eventsURL: .string(self.eventsURL)
        case .eventsStream: .string(self.eventsStream)
        case .inputURL: .string(self.inputURL)
        case .inputSize: .string(self.inputSize)
        case .inputSHA256: .string(self.inputSHA256)
        case .outputURL: .string(self.outputURL)
        case .outputKey: .string(self.outputKey)
        case .outputCheckURL: .string(self.outputCheckURL)
        case .thumbnailURL: .string(self.thumbnailURL)
        case .spritesheetURL: .string(self.spritesheetURL)
        case .previewURL: .string(self.previewURL)
        case .logURL: .string(self.logURL)
        case .traceparent: .string(self.traceparent)
        case .traceEndpoint: .string(self.traceEndpoint)
        case .workerImage: .string(self.workerImage)
        case .reporterImage: .string(self.reporterImage)
        }
    }
}
