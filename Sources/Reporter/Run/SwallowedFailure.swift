internal import MaaSCore

/// Detects a failure that a generator logs before exiting successfully: Wan2.2 logs errors when writing its video, and
/// leaves no file or a partial one.
struct SwallowedFailure {
    /// Wan2.2 logs the first as `INFO`, the second as `ERROR`.
    private static let levels = ["INFO", "ERROR"]
    private static let markers = ["save_video failed, error: ", "merge_video_audio failed with error: "]

    /// The generator's error; nil without one.
    private(set) var reason: String?

    /// Reads a line of standard output.
    /// - Parameter stage: the current stage. A prompt is logged long before the video is written, so a line of the
    ///   prompt does not count.
    mutating func read(_ line: LineSplitter.Line, in stage: TaskStage) {
        guard stage >= .decoding, line.isFresh,
            let message = Self.levels.compactMap({ StageLines.message(of: line.text, level: $0) }).first
        else { return }
        for marker in Self.markers where message.hasPrefix(marker) {
            self.reason = self.reason ?? String(message.dropFirst(marker.count))
        }
    }
}
