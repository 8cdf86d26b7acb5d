/// One key of a mapping and its value. Keys are scalars: nothing here is read that JSON could not hold.
package struct YAMLEntry: Sendable, Hashable {
    package var key: YAMLScalar
    /// Where the key stands: what a fault about the entry points at.
    package var position: YAMLPosition
    package var value: YAMLNode

    package init(key: YAMLScalar, position: YAMLPosition = .start, value: YAMLNode) {
        self.key = key
        self.position = position
        self.value = value
    }
}
