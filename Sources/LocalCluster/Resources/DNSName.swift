/// The formats of names in Kubernetes, after RFC 1035 and RFC 1123.
enum DNSName {
    /// Returns the fault of a name, in Kubernetes' words; nil for a valid one.
    /// - Parameter isLabel: whether it must be one label of at most 63 characters, rather than labels joined by dots,
    ///   at most 253.
    static func fault(in name: String, isLabel: Bool) -> String? {
        let longest = isLabel ? 63 : 253
        if name.utf8.count > longest { return "must be no more than \(longest) characters" }
        let labels = isLabel ? [name[...]] : name.split(separator: ".", omittingEmptySubsequences: false)
        if labels.allSatisfy(Self.isLowerCaseLabel) { return nil }
        return "a lowercase RFC 1123 \(isLabel ? "label" : "subdomain") must consist of lower case alphanumeric "
            + "characters\(isLabel ? "" : ", '.'") or '-', and must start and end with an alphanumeric character"
    }

    /// Returns the fault of a DNS-1035 label, which must start with a letter; nil for a valid one.
    static func labelFault(in name: String) -> String? {
        let isGood =
            name.utf8.count <= 63 && Self.isLowerCaseLabel(name[...]) && name.utf8.first.map(Self.isDigit) == false
        if isGood { return nil }
        return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
            + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
            + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    }

    /// Whether a text can be the value of a label.
    static func isLabelValue(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        let dashes = [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")]
        return text.utf8.count <= 63 && Self.isAlphanumeric(first) && Self.isAlphanumeric(last)
            && text.utf8.allSatisfy { Self.isAlphanumeric($0) || dashes.contains($0) }
    }

    private static func isLowerCaseLabel(_ label: Substring) -> Bool {
        guard let first = label.utf8.first, let last = label.utf8.last else { return false }
        return Self.isLowerCase(first) && Self.isLowerCase(last)
            && label.utf8.allSatisfy { Self.isLowerCase($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool {
        Self.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        Self.isLowerCase(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
