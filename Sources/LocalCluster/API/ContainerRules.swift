internal import MaaSCore

/// The rules for a pod's containers that can be checked on arrival.
enum ContainerRules {
    /// Faults in the types of a pod's spec: a number or `true` that should have been quoted in YAML.
    /// - Parameter field: the path of the spec, such as `spec.pytorchReplicaSpecs.Master.template.spec`.
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
