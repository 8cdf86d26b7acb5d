/// A range of an object's bytes.
package struct ObjectPart: Sendable, Hashable {
    package let bytes: [UInt8]
    /// The entity tag of the whole object.
    package let entityTag: String?
}
