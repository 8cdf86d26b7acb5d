internal import MaaSCore

/// The API server's checks of a pod, and its defaults.
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

    /// The pod with defaults for what its author omitted.
    static func withDefaults(_ pod: JSONValue) -> JSONValue {
        var pod = pod
        let defaults: [(String, JSONValue)] = [
            ("restartPolicy", "Always"), ("terminationGracePeriodSeconds", 30), ("dnsPolicy", "ClusterFirst"),
            ("schedulerName", "default-scheduler"), ("enableServiceLinks", true), ("securityContext", [:]),
        ]
        for (name, value) in defaults where pod[path: "spec", name] == nil { pod[path: "spec", name] = value }
        for list in ["initContainers", "containers"] where pod[path: "spec", list] != nil {
            pod[path: "spec", list] = .array(pod.elements(at: "spec", list).map(Self.withContainerDefaults))
        }
        pod["status"] = ["phase": "Pending", "qosClass": "BestEffort"]
        return pod
    }

    private static func withContainerDefaults(_ container: JSONValue) -> JSONValue {
        var container = container
        let pullPolicy: JSONValue = Self.isLatest(container.string(at: "image") ?? "") ? "Always" : "IfNotPresent"
        let defaults: [(String, JSONValue)] = [
            ("terminationMessagePath", "/dev/termination-log"), ("terminationMessagePolicy", "File"),
            ("imagePullPolicy", pullPolicy), ("resources", [:]),
        ]
        for (name, value) in defaults where container[name] == nil { container[name] = value }
        for list in ["limits", "requests"] {
            guard let amounts = container[path: "resources", list]?.object else { continue }
            container[path: "resources", list] = .object(amounts.mapValues(Self.canonical))
        }
        return container
    }

    /// A whole number as the API server writes it: a string, with the largest decimal suffix that leaves it whole.
    private static func canonical(_ amount: JSONValue) -> JSONValue {
        guard var number = amount.integer ?? amount.string.flatMap({ Int64($0) }) else { return amount }
        var suffixes = ["k", "M", "G", "T", "P", "E"][...]
        var suffix = ""
        while number != 0, number.isMultiple(of: 1000), let larger = suffixes.popFirst() {
            number /= 1000
            suffix = larger
        }
        return .string("\(number)\(suffix)")
    }

    /// Whether the image is `:latest`: it says so, or has neither a tag nor a digest.
    private static func isLatest(_ image: String) -> Bool {
        let parts = image.split(separator: "@")
        // A colon before the last slash is that of a registry's port.
        let name = parts.first?.split(separator: "/").last ?? ""
        return name.hasSuffix(":latest") || (parts.count < 2 && !name.contains(":"))
    }
}
