internal import MaaSCore

/// A stream as it was at one moment.
struct StreamGlance {
    /// nil when there is none: the stream was lost with it, or never was.
    let epoch: String?
    /// nil when there is no stream.
    let info: RedisStreamInfo?
    /// Oldest first.
    let entries: [RedisStreamEntry]
}
