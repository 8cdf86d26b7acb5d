/// The metadata of an object.
package struct ObjectInfo: Sendable, Hashable {
    /// In bytes.
    package let size: Int64
    package let contentType: String?
    /// Changes with the content.
    package let entityTag: String?
}
