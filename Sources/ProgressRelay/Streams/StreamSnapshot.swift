internal import MaaSCore

/// A stream and its epoch at one moment.
struct StreamSnapshot {
    /// nil when there is none: it was lost with the stream, or never created.
    let epoch: String?
    /// nil when there is no stream.
    let info: RedisStreamInfo?
    /// Oldest first.
    let entries: [RedisStreamEntry]
}
