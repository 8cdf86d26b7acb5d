internal import MaaSControl
internal import MaaSCore

/// Labels of tasks: names with values, chosen by the user.
enum TaskLabels {
    static let countLimit = 16
    static let nameLimit = 63
    static let valueLimit = 128

    /// Parses the labels of a submission. Their faults are added to `faults`.
    static func read(_ value: JSONValue?, _ faults: inout [WebError.Field]) -> [String: String] {
        guard let value, !value.isNull else { return [:] }
        guard let members = value.object, members.count <= Self.countLimit else {
            faults.append(.init("labels", "must be an object with at most \(Self.countLimit) members"))
            return [:]
        }
        var labels: [String: String] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if !Self.isName(name) {
                let what = "must have 1 to \(Self.nameLimit) letters, digits, dots, dashes or underscores"
                faults.append(.init("labels.\(name.prefix(Self.nameLimit))", what))
            } else if let text = value.string, Self.isValue(text) {
                labels[name] = text
            } else {
                let what = "must be a string of at most \(Self.valueLimit) characters, without control characters"
                faults.append(.init("labels.\(name)", what))
            }
        }
        return labels
    }

    /// Splits `project:alpha` into name and value; nil when malformed.
    static func pair(_ text: String) -> (name: String, value: String)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let (name, value) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
        return Self.isName(name) && Self.isValue(value) ? (name, value) : nil
    }

    private static func isName(_ text: String) -> Bool {
        (1...Self.nameLimit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isValue(_ text: String) -> Bool {
        text.codePointCount <= Self.valueLimit && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
