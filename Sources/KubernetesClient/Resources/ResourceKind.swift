/// The API path of one kind of object.
package struct ResourceKind: Sendable, Hashable {
    /// `/api/v1`, or `/apis/<group>/<version>`.
    package let root: String
    package let plural: String
    package let isNamespaced: Bool

    package init(root: String, plural: String, isNamespaced: Bool) {
        self.root = root
        self.plural = plural
        self.isNamespaced = isNamespaced
    }
}
