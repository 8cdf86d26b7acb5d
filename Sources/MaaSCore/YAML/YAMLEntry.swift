/// A key of a mapping and its value. Keys are scalars, as in JSON.
package struct YAMLEntry: Sendable, Hashable {
    package var key: YAMLScalar
    /// The position of the key, for faults about the entry.
    package var position: YAMLPosition
    package var value: YAMLNode

    package init(key: YAMLScalar, position: YAMLPosition = .start, value: YAMLNode) {
        self.key = key
        self.position = position
        self.value = value
    }
}
