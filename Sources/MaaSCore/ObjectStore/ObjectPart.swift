/// Some of an object's bytes.
package struct ObjectPart: Sendable, Hashable {
    package let bytes: [UInt8]
    /// Of the object they are from.
    package let entityTag: String?
}
