/// A YAML error and its position.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Not valid YAML, or not UTF-8.
        case syntax
        /// A key is repeated in a mapping.
        case duplicateKey
        /// An alias refers to an anchor that does not exist, or that contains it.
        case unknownAnchor
        /// Exceeds ``YAMLLimits``.
        case limit
        /// Well-formed, but without a JSON equivalent: a custom tag, `.nan`, a mapping as a key.
        case unsupported
        /// The text does not have the expected number of documents.
        case documentCount
    }

    package var code: Code
    package var message: String
    package var position: YAMLPosition

    package init(_ code: Code, _ message: String, at position: YAMLPosition) {
        self.code = code
        self.message = message
        self.position = position
    }

    package var description: String { "\(self.position): \(self.message)" }
}
