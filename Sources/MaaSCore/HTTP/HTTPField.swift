/// One header field. Equality ignores the case of the name.
package struct HTTPField: Sendable, Hashable {
    /// As written.
    package let name: String
    /// Without surrounding white space.
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Whether the field can be sent: its name is a token, and its value has no control character but tabs (RFC 9110
    /// §5.5), which prevents header injection.
    package var isValid: Bool {
        !self.name.isEmpty && self.name.hasOnlyBytes(Self.isTokenCharacter)
            && self.value.hasOnlyBytes { $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\t") }
    }

    /// Whether this is the field `name`, in any case.
    package func isNamed(_ name: String) -> Bool {
        // A quick check that excludes most other names.
        self.name.utf8.count == name.utf8.count
            && self.name.utf8.elementsEqual(name.utf8) { Self.lowercased($0) == Self.lowercased($1) }
    }

    package static func == (left: HTTPField, right: HTTPField) -> Bool {
        left.value == right.value && left.isNamed(right.name)
    }

    package func hash(into hasher: inout Hasher) {
        for character in self.name.utf8 { hasher.combine(Self.lowercased(character)) }
        hasher.combine(self.value)
    }

    private static func lowercased(_ character: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character) ? character | 0x20 : character
    }

    private static func isTokenCharacter(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: "!#$%&'*+.^_`|~".utf8.contains(character)
        }
    }
}
