internal import MaaSCore

/// Finds what a generator says of a failure before it ends with success: Wan2.2 logs what goes wrong when it writes its
/// video, and leaves no file, or a part of one.
struct SwallowedFailure {
    private static let markers = ["save_video failed, error: ", "merge_video_audio failed with error: "]

    /// What went wrong, in the generator's words; nil when nothing did.
    private(set) var reason: String?

    /// Takes a line of standard output.
    ///
    /// - Parameter stage: where the generation is. A prompt is logged long before anything is written, so a line that it
    ///   holds is none of these.
    mutating func read(_ line: LineSplitter.Line, in stage: TaskStage) {
        guard stage >= .decoding, line.isFresh, let message = StageLines.message(of: line.text) else { return }
        for marker in Self.markers where message.hasPrefix(marker) {
            self.reason = self.reason ?? String(message.dropFirst(marker.count))
        }
    }
}
