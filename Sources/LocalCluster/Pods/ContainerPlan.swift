internal import MaaSCore

/// Everything needed to start one container, derived from its pod; pure.
struct ContainerPlan: Sendable, Hashable {
    /// A path in the container and its source on this machine.
    struct Mount: Sendable, Hashable {
        let path: String
        let source: String
        let isReadOnly: Bool
    }

    /// A directory or file needed on this machine before the start.
    enum Preparation: Sendable, Hashable {
        /// Created if missing.
        case directory(String)
        /// Must exist.
        case existing(String, type: String)
        case file(String, contents: String)
    }

    let arguments: [String]
    let environment: [String: String]
    let workingDirectory: String
    let mounts: [Mount]
    let preparations: [Preparation]
    /// Where the container may leave its termination message, on this machine and in the container.
    let terminationLog: Mount
    /// Whether the end of its log is the message of a container that fails without one.
    let fallsBackToLogs: Bool
    let hasGPUs: Bool

    /// What the node adds to the pod's own data.
    struct Context: Sendable {
        /// For each image, the sources on this machine by path in the container.
        let images: [String: [String: String]]
        /// The directory of the pod's own files on this machine.
        let podDirectory: String
    }

    /// - Throws: `ContainerFault` for what this node cannot provide: an unknown image, an unsupported volume.
    init(pod: JSONValue, container: JSONValue, context: Context) throws(ContainerFault) {
        let name = container.string(at: "name") ?? ""
        let image = container.string(at: "image") ?? ""
        guard let binds = context.images[image] else {
            let known = context.images.keys.sorted().joined(separator: ", ")
            throw ContainerFault(
                reason: "ErrImagePull",
                message: "Failed to pull image \"\(image)\": local_cluster.images does not have it; it has: \(known)"
            )
        }
        let gpus = Self.share(of: name, in: pod)
        self.environment = try Self.environment(pod: pod, container: container, gpus: gpus)
        self.hasGPUs = !gpus.isEmpty

        let command = container.elements(at: "command") + container.elements(at: "args")
        guard !container.elements(at: "command").isEmpty else {
            throw ContainerFault(
                reason: "CreateContainerError",
                message: "container \(name) needs a command: images have no entrypoint in this cluster"
            )
        }
        let variables = self.environment
        self.arguments = command.map { VariableReferences.expand($0.string ?? "", with: variables) }
        self.workingDirectory = container.string(at: "workingDir") ?? "/"

        let own = "\(context.podDirectory)/containers/\(name)"
        let files = SystemFiles(pod: pod).files.map { (path: $0.key, source: "\(own)\($0.key)", contents: $0.value) }
        self.terminationLog = Mount(
            path: container.string(at: "terminationMessagePath") ?? "/dev/termination-log",
            source: "\(own)/termination-log",
            isReadOnly: false
        )
        self.fallsBackToLogs = container.string(at: "terminationMessagePolicy") == "FallbackToLogsOnError"
        let volumes = try Self.volumes(pod: pod, container: container, directory: "\(context.podDirectory)/volumes")
        self.mounts =
            binds.sorted { $0.key < $1.key }.map { Mount(path: $0.key, source: $0.value, isReadOnly: true) }
            + files.sorted { $0.path < $1.path }.map { Mount(path: $0.path, source: $0.source, isReadOnly: true) }
            + volumes.map(\.mount) + [self.terminationLog]
        self.preparations =
            [.directory("\(own)/etc"), .file(self.terminationLog.source, contents: "")]
            + files.map { .file($0.source, contents: $0.contents) }
            + binds.values.sorted().map { .existing($0, type: "") } + volumes.map(\.preparation)
    }

    /// The container's part of the pod's GPUs: containers take theirs in order; init containers use them before that.
    private static func share(of name: String, in pod: JSONValue) -> [Int] {
        var rest = pod.gpuIndexes[...]
        if let initial = pod.elements(at: "spec", "initContainers").first(where: { $0.string(at: "name") == name }) {
            return Array(rest.prefix(initial.limitedGPUs))
        }
        for container in pod.elements(at: "spec", "containers") {
            let share = rest.prefix(container.limitedGPUs)
            if container.string(at: "name") == name { return Array(share) }
            rest = rest.dropFirst(share.count)
        }
        return []
    }
}

// MARK: - Environment

extension ContainerPlan {
    private static func environment(
        pod: JSONValue,
        container: JSONValue,
        gpus: [Int]
    ) throws(ContainerFault) -> [String: String] {
        var variables = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/tmp",
            "HOSTNAME": pod.name,
        ]
        if !container.elements(at: "envFrom").isEmpty {
            throw ContainerFault(
                reason: "CreateContainerConfigError",
                message: "envFrom is not supported by this cluster"
            )
        }
        for entry in container.elements(at: "env") {
            let name = entry.string(at: "name") ?? ""
            if let source = entry["valueFrom"] {
                variables[name] = try Self.value(of: source, for: name, pod: pod, container: container)
            } else {
                variables[name] = VariableReferences.expand(entry.string(at: "value") ?? "", with: variables)
            }
        }
        // As set by the device plugin; a container without GPUs must not see any.
        let list = gpus.map(String.init).joined(separator: ",")
        variables["CUDA_VISIBLE_DEVICES"] = list
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        variables["NVIDIA_VISIBLE_DEVICES"] = gpus.isEmpty ? "void" : list
        return variables
    }

    private static func value(
        of source: JSONValue,
        for name: String,
        pod: JSONValue,
        container: JSONValue
    ) throws(ContainerFault) -> String {
        if let field = source.string(at: "fieldRef", "fieldPath") {
            if let value = Self.field(field, of: pod) { return value }
            throw ContainerFault(
                reason: "CreateContainerConfigError",
                message: "env \(name): unsupported fieldPath: \(field)"
            )
        }
        if source["resourceFieldRef"] != nil {
            return "\(container.limitedGPUs)"
        }
        for kind in ["configMapKeyRef", "secretKeyRef"] where source.bool(at: kind, "optional") == true {
            return ""
        }
        throw ContainerFault(
            reason: "CreateContainerConfigError",
            message: "env \(name): this cluster has no config maps and no secrets"
        )
    }

    /// The downward API.
    private static func field(_ path: String, of pod: JSONValue) -> String? {
        if let key = path.subscriptKey(of: "metadata.labels") {
            return pod.strings(at: "metadata", "labels")[key] ?? ""
        }
        if let key = path.subscriptKey(of: "metadata.annotations") {
            return pod.strings(at: "metadata", "annotations")[key] ?? ""
        }
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "spec.nodeName": return pod.string(at: "spec", "nodeName") ?? ""
        case "spec.serviceAccountName": return pod.string(at: "spec", "serviceAccountName") ?? "default"
        case "status.podIP", "status.podIPs", "status.hostIP": return PodStatus.address
        default: return nil
        }
    }
}

// MARK: - Volumes

extension ContainerPlan {
    private static func volumes(
        pod: JSONValue,
        container: JSONValue,
        directory: String
    ) throws(ContainerFault) -> [(mount: Mount, preparation: Preparation)] {
        var mounts: [(mount: Mount, preparation: Preparation)] = []
        for volumeMount in container.elements(at: "volumeMounts") {
            let name = volumeMount.string(at: "name") ?? ""
            guard let volume = pod.elements(at: "spec", "volumes").first(where: { $0.string(at: "name") == name })
            else {
                throw ContainerFault(
                    reason: "CreateContainerConfigError",
                    message: "volume \(name) is not in spec.volumes"
                )
            }
            var source: String
            var preparation: Preparation
            if volume["emptyDir"] != nil {
                source = "\(directory)/\(name)"
                preparation = .directory(source)
            } else if let path = volume.string(at: "hostPath", "path") {
                let type = volume.string(at: "hostPath", "type") ?? ""
                source = path
                preparation = type == "DirectoryOrCreate" ? .directory(path) : .existing(path, type: type)
            } else {
                throw ContainerFault(
                    reason: "CreateContainerConfigError",
                    message: "volume \(name): only emptyDir and hostPath are supported by this cluster"
                )
            }
            if let subPath = volumeMount.string(at: "subPath"), !subPath.isEmpty {
                guard !subPath.hasPrefix("/"), !subPath.split(separator: "/").contains("..") else {
                    throw ContainerFault(
                        reason: "CreateContainerConfigError",
                        message: "volume \(name): subPath must stay inside the volume"
                    )
                }
                source += "/\(subPath)"
                preparation = .directory(source)
            }
            let mount = Mount(
                path: volumeMount.string(at: "mountPath") ?? "",
                source: source,
                isReadOnly: volumeMount.bool(at: "readOnly") ?? false
            )
            mounts.append((mount, preparation))
        }
        return mounts
    }
}

extension String {
    /// The key, if the text has the form `field['key']`.
    fileprivate func subscriptKey(of field: String) -> String? {
        guard self.hasPrefix("\(field)['"), self.hasSuffix("']") else { return nil }
        return String(self.dropFirst(field.utf8.count + 2).dropLast(2))
    }
}
