/// A task's id in OpenAI's video API, whose ids name their kind: `video_` and the ``TaskID``.
package struct VideoID: Sendable, Hashable, CustomStringConvertible {
    package let task: TaskID

    package static let prefix = "video_"

    package init(_ task: TaskID) { self.task = task }

    /// Parses an id, or a plain task id; nil when it is malformed.
    package init?(_ text: String) {
        guard let task = TaskID(text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : text) else {
            return nil
        }
        self.task = task
    }

    package var description: String { "\(Self.prefix)\(self.task)" }
}
