/// Expands `${NAME}` and `${NAME:-default}` in a text, as a shell does. `$$` is a dollar sign.
///
/// With a default, an empty variable counts as unset. A default may contain variables.
struct VariableExpansion {
    struct Fault: Error, Hashable {
        var message: String
    }

    let environment: [String: String]

    func expand(_ text: String) throws(Fault) -> String {
        var rest = Substring(text)
        return try self.expand(&rest, isDefault: false, isNeeded: true)
    }

    /// Expands up to the end of the text or, within a default, up to its closing brace.
    ///
    /// An unused default is parsed too, in order to skip it; only its variables may be unset.
    private func expand(_ rest: inout Substring, isDefault: Bool, isNeeded: Bool) throws(Fault) -> String {
        var result = ""
        while let character = rest.popFirst() {
            if character == "}", isDefault { return result }
            guard character == "$" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "$": result.append("$")
            case "{": result += try self.variable(&rest, isNeeded: isNeeded)
            default: throw Fault(message: "a $ begins ${NAME} or ${NAME:-default}; write $$ for a dollar sign")
            }
        }
        if isDefault { throw Self.unclosed }
        return result
    }

    private func variable(_ rest: inout Substring, isNeeded: Bool) throws(Fault) -> String {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard let first = name.first, !first.isNumber else {
            throw Fault(message: "after ${ comes a variable's name: letters, digits and _")
        }
        rest = rest.dropFirst(name.count)
        let value = self.environment[String(name)]
        if rest.hasPrefix(":-") {
            rest = rest.dropFirst(2)
            let set = value.flatMap { $0.isEmpty ? nil : $0 }
            let fallback = try self.expand(&rest, isDefault: true, isNeeded: isNeeded && set == nil)
            return set ?? fallback
        }
        guard rest.popFirst() == "}" else { throw Self.unclosed }
        guard value != nil || !isNeeded else {
            throw Fault(message: "the environment variable \(name) is not set, and there is no default")
        }
        return value ?? ""
    }

    private static let unclosed = Fault(message: "${ is not closed by }, or something other than :- follows the name")
}
