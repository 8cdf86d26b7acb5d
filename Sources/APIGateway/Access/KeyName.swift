internal import MaaSCore

/// The rules for names of keys.
enum KeyName {
    /// In code points, because a character can consist of any number of them.
    static let limit = 100

    /// Completes "the name …".
    static let rule = "must be a single line of 1 to \(limit) characters, not blank and without control characters"

    static func isValid(_ name: String) -> Bool {
        name.codePointCount <= Self.limit && !name.isBlank && !name.unicodeScalars.contains(where: Self.isRefused)
    }

    /// The name for a terminal: names from before this rule may contain control characters.
    static func printable(_ name: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in name.unicodeScalars { text.append(Self.isRefused(scalar) ? "\u{FFFD}" : scalar) }
        return String(text)
    }

    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
}
