/// The file produced by a completed task.
package struct TaskResult: Sendable, Hashable, Codable {
    /// Its key in the object store.
    package var key: String
    /// In bytes.
    package var size: Int64
    /// In lower-case hexadecimal; nil when only the file was found, since final event and report were lost.
    package var sha256: String?
    package var width: Int?
    package var height: Int?
    package var frames: Int?
    package var durationMilliseconds: Int?

    package init(
        key: String,
        size: Int64,
        sha256: String? = nil,
        width: Int? = nil,
        height: Int? = nil,
        frames: Int? = nil,
        durationMilliseconds: Int? = nil
    ) {
        self.key = key
        self.size = size
        self.sha256 = sha256
        self.width = width
        self.height = height
        self.frames = frames
        self.durationMilliseconds = durationMilliseconds
    }

    /// Whether this has the facts of the same file as `other`, which was only found and lacks them.
    package func completes(_ other: TaskResult) -> Bool {
        self.key == other.key && self.size == other.size && self.sha256 != nil && other.sha256 == nil
    }

    private enum CodingKeys: String, CodingKey {
        case key, size, sha256, width, height, frames
        case durationMilliseconds = "duration_ms"
    }
}
