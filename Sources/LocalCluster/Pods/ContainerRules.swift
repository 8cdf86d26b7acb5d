internal import MaaSCore

/// The rules for the containers of a pod that can be checked when it arrives.
enum ContainerRules {
    /// What is wrong with the types in a pod's spec: a number or `true` where YAML should have had quotes.
    ///
    /// - Parameter field: the path of the spec: `spec.pytorchReplicaSpecs.Master.template.spec`.
    static func typeFaults(in spec: JSONValue, field: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        func check(_ value: JSONValue?, _ path: String) {
            guard let value, value.string == nil else { return }
            faults.append(.invalid(path, "\"\(value)\"", "must be of type string"))
        }
        for list in ["initContainers", "containers"] {
            for (index, container) in spec.elements(at: list).enumerated() {
                let path = "\(field).\(list)[\(index)]"
                for name in ["name", "image", "workingDir"] { check(container[name], "\(path).\(name)") }
                for words in ["command", "args"] {
                    for (index, word) in container.elements(at: words).enumerated() {
                        check(word, "\(path).\(words)[\(index)]")
                    }
                }
                for (index, variable) in container.elements(at: "env").enumerated() {
                    check(variable["name"] ?? .null, "\(path).env[\(index)].name")
                    check(variable["value"], "\(path).env[\(index)].value")
                }
            }
        }
        return faults
    }
}
