/// The picture submitted with a task.
package struct TaskInput: Sendable, Hashable, Codable {
    /// Its key in the object store.
    package var key: String
    /// In bytes.
    package var size: Int64
    /// In lower-case hexadecimal.
    package var sha256: String
    package var contentType: String

    package init(key: String, size: Int64, sha256: String, contentType: String) {
        self.key = key
        self.size = size
        self.sha256 = sha256
        self.contentType = contentType
    }

    private enum CodingKeys: String, CodingKey {
        case key, size, sha256
        case contentType = "content_type"
    }
}
