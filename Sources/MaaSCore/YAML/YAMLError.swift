/// Why a text is not the YAML that was asked for.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Not YAML, or not UTF-8.
        case syntax
        /// A key stands twice in one mapping.
        case duplicateKey
        /// An alias names an anchor that is not there, or that it stands within.
        case unknownAnchor
        /// Deeper, longer or more often expanded than ``YAMLLimits`` allows.
        case limit
        /// Well-formed, but nothing JSON has a value for: a tag of one's own, `.nan`, a mapping as a key.
        case unsupported
        /// There are more or fewer documents in the text than were asked for.
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
