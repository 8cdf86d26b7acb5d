/// The names of all log fields: one list, so that a field has the same name everywhere.
package enum LogKey: String, Sendable {
    case address
    case attempt
    case bytes
    case code
    case count
    case delivery
    case duration = "duration_ms"
    case endpoint
    case epoch
    case error
    case job
    case key
    case method
    case name
    case object
    case path
    case reason
    case removal
    case request = "request_id"
    case retryIn = "retry_in_ms"
    case signal
    case state
    case status
    case stream
    case task = "task_id"
    case template
    case trace = "trace_id"
    case user
    case version
}
