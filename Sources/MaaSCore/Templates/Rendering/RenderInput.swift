/// The values of all placeholders, for one attempt of one task.
package struct RenderInput: Sendable, Hashable {
    package var taskID: TaskID
    /// Starts at 1.
    package var attempt: Int
    package var namespace: String
    /// The name that was recorded for the attempt; nil for the one that the template gives.
    package var jobName: String?
    /// The result of ``Template/validate(_:)``.
    package var parameters: JSONValue
    package var eventToken = ""
    /// The URL of Redis for pods.
    package var eventsURL = ""
    package var eventsStream = ""
    /// A presigned GET URL of the picture; empty when there is none.
    package var inputURL = ""
    /// The picture's size in bytes; empty when there is none.
    package var inputSize = ""
    /// The picture's digest in lower-case hexadecimal; empty when there is none.
    package var inputSHA256 = ""
    /// A presigned PUT URL for the video.
    package var outputURL = ""
    package var outputKey = ""
    /// A presigned HEAD URL of the video, for checking that it is stored completely.
    package var outputCheckURL = ""
    /// Presigned PUT URLs for the video's pictures.
    package var thumbnailURL = ""
    package var spritesheetURL = ""
    package var previewURL = ""
    /// A presigned PUT URL for the programs' output.
    package var logURL = ""
    /// The attempt's span as a W3C `traceparent`, and the collector's URL; empty without tracing.
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

    /// The value of each placeholder.
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
