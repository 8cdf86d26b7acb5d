/// The names allowed in `{{ … }}`.
enum Placeholder {
    /// The placeholders of every template besides its parameters.
    enum BuiltIn: String, CaseIterable {
        case jobName = "job_name"
        case taskID = "task_id"
        case attempt
        case namespace
        case eventToken = "event_token"
        case eventsURL = "events_url"
        case eventsStream = "events_stream"
        /// Empty when the task has no picture.
        case inputURL = "input_url"
        case inputSize = "input_size"
        case inputSHA256 = "input_sha256"
        case outputURL = "output_url"
        case outputKey = "output_key"
        case outputCheckURL = "output_check_url"
        case thumbnailURL = "thumbnail_url"
        case spritesheetURL = "spritesheet_url"
        case previewURL = "preview_url"
        case logURL = "log_url"
        case traceparent
        case traceEndpoint = "trace_endpoint"
        case workerImage = "worker_image"
        case reporterImage = "reporter_image"
    }

    /// Lower-case letters, digits and `_`, beginning with a letter.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
