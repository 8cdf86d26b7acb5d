/// Parses a command line: `--name value`, `--name=value`, `--flag`, operands, and a command after `--`.
package struct ArgumentReader {
    private var options: [String: String] = [:]
    private var flags: Set<String> = []
    package private(set) var operands: [String] = []
    /// What follows `--`; nil when there is none.
    package private(set) var command: [String]?

    /// - Throws: `UsageError` for an option that is unknown, repeated, or lacks its value.
    package init(_ arguments: [String], options: Set<String> = [], flags: Set<String> = []) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                self.command = Array(rest)
                break
            }
            guard argument.hasPrefix("--") else {
                self.operands.append(argument)
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if flags.contains(name), parts.count == 1 {
                self.flags.insert(name)
                continue
            }
            guard options.contains(name) else { throw UsageError("unknown option --\(name)") }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw UsageError("--\(name) needs a value")
            }
            guard self.options.updateValue(value, forKey: name) == nil else {
                throw UsageError("--\(name) is given twice")
            }
        }
    }

    package func has(_ flag: String) -> Bool { self.flags.contains(flag) }

    package func option(_ name: String) -> String? { self.options[name] }

    package func required(_ name: String) throws(UsageError) -> String {
        guard let value = self.options[name], !value.isEmpty else { throw UsageError("--\(name) is needed") }
        return value
    }

    /// A whole number within `range`; nil when the option is absent.
    package func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = self.options[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("--\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func expectNoOperands() throws(UsageError) {
        guard self.operands.isEmpty, self.command == nil else { throw UsageError("too many arguments") }
    }
}
