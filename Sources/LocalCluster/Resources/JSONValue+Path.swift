internal import MaaSCore

/// Access to an untyped Kubernetes object by path.
extension JSONValue {
    /// The value at a path of member names; nil where any step is missing or is not an object.
    ///
    /// Setting creates the objects on the way; setting nil removes the last member.
    subscript(path path: String...) -> JSONValue? {
        get { self.value(at: path[...]) }
        set { self.set(newValue, at: path[...]) }
    }

    /// The string under a path, if there is one.
    func string(at path: String...) -> String? {
        guard case .string(let text) = self.value(at: path[...]) else { return nil }
        return text
    }

    /// The whole number under a path, if there is one.
    func integer(at path: String...) -> Int? {
        switch self.value(at: path[...]) {
        case .integer(let number): Int(number)
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The truth value under a path, if there is one.
    func bool(at path: String...) -> Bool? {
        guard case .bool(let flag) = self.value(at: path[...]) else { return nil }
        return flag
    }

    /// The elements under a path; empty where there are none.
    func elements(at path: String...) -> [JSONValue] {
        guard case .array(let elements) = self.value(at: path[...]) else { return [] }
        return elements
    }

    /// The members under a path; empty where there are none.
    func members(at path: String...) -> [String: JSONValue] {
        guard case .object(let members) = self.value(at: path[...]) else { return [:] }
        return members
    }

    /// The members under a path whose values are strings: labels, annotations, node selectors.
    func strings(at path: String...) -> [String: String] {
        guard case .object(let members) = self.value(at: path[...]) else { return [:] }
        return members.compactMapValues { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    private func value(at path: ArraySlice<String>) -> JSONValue? {
        guard let name = path.first else { return self }
        guard case .object(let members) = self, let member = members[name] else { return nil }
        return member.value(at: path.dropFirst())
    }

    private mutating func set(_ value: JSONValue?, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = value ?? .null
            return
        }
        var members: [String: JSONValue] = [:]
        if case .object(let present) = self { members = present }
        // Released before the change, so that the dictionary is not copied at every step.
        self = .null
        if path.count == 1 {
            members[name] = value
        } else if value != nil || members[name] != nil {
            members[name, default: .object([:])].set(value, at: path.dropFirst())
        }
        self = .object(members)
    }
}
