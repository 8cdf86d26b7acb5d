internal import MaaSCore

/// The rules for a pod to be created.
enum PodAdmission {
    /// Checks names, images and volumes; throws `Invalid` with every fault.
    static func check(_ pod: JSONValue) throws(APIStatus) {
        var faults = ContainerRules.typeFaults(in: pod["spec"] ?? .null, field: "spec")
        let containers = pod.elements(at: "spec", "containers")
        if containers.isEmpty { faults.append(.required("spec.containers", "Required value")) }
        var names: Set<String> = []
        for list in ["initContainers", "containers"] {
            for (index, container) in pod.elements(at: "spec", list).enumerated() {
                let field = "spec.\(list)[\(index)]"
                let name = container.string(at: "name") ?? ""
                if let why = DNSName.fault(in: name, isLabel: true) {
                    faults.append(.invalid("\(field).name", "\"\(name)\"", why))
                }
                if !names.insert(name).inserted {
                    faults.append(.invalid("\(field).name", "\"\(name)\"", "is a duplicate"))
                }
                if (container.string(at: "image") ?? "").isEmpty {
                    faults.append(.required("\(field).image", "Required value"))
                }
            }
        }
        guard faults.isEmpty else { throw APIStatus.invalid(.pods, name: pod.name, faults) }
    }
}
