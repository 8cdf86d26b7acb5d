/// What came from the server.
enum PostgresPipelineEvent {
    /// A statement did its work.
    case finished(PostgresTable)
    /// A statement failed.
    case failed(PostgresError)
    /// A statement was skipped, because an earlier one of the same request failed.
    case skipped
    /// The request's sync point: its outcome is durable.
    case synced
    /// The end of one statement's results.
    case ended
}
