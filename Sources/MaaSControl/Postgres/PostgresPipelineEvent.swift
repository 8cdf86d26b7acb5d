/// An event received from the server.
enum PostgresPipelineEvent {
    /// A statement succeeded.
    case finished(PostgresTable)
    /// A statement failed.
    case failed(PostgresError)
    /// A statement was skipped because an earlier one of the same request failed.
    case skipped
    /// The request's sync point was reached: its outcome is durable.
    case synced
    /// The end of one statement's results.
    case ended
}
