internal import FoundationEssentials
internal import MaaSCore

/// What containers need of this machine: the sandbox, images, directories.
struct NodeEnvironment: Sendable {
    let sandbox: Sandbox
    /// For each image, the sources on this machine by path in the container.
    let images: [String: [String: String]]
    /// The directory of the pods' volumes and files.
    let podDirectory: String
    let logDirectory: String

    /// How many logs are kept of pods that are gone.
    private static let keptLogs = 100

    func context(for pod: JSONValue) -> ContainerPlan.Context {
        ContainerPlan.Context(images: self.images, podDirectory: "\(self.podDirectory)/\(pod.uid)")
    }

    /// The directory of a pod's logs: `<namespace>_<name>_<uid>`, as kubelet names it.
    func logDirectory(of pod: JSONValue) -> String { "\(self.logDirectory)/\(pod.namespace)_\(pod.name)_\(pod.uid)" }

    func logPath(of container: String, in pod: JSONValue) -> String { "\(self.logDirectory(of: pod))/\(container).log" }

    /// The path of a log, after creating its directory.
    func makeLogPath(of container: String, in pod: JSONValue) throws(ContainerFault) -> String {
        do {
            try FileManager.default.createDirectory(
                atPath: self.logDirectory(of: pod),
                withIntermediateDirectories: true
            )
        } catch {
            throw ContainerFault(reason: "CreateContainerError", message: "\(error)")
        }
        return self.logPath(of: container, in: pod)
    }

    /// Removes the files of a pod that is gone, and the oldest logs beyond the limit.
    func removeFiles(ofPod uid: String) {
        let files = FileManager.default
        try? files.removeItem(atPath: "\(self.podDirectory)/\(uid)")
        let logs = (try? files.contentsOfDirectory(atPath: self.logDirectory)) ?? []
        guard logs.count > Self.keptLogs else { return }
        let dated = logs.map { name in
            let attributes = try? files.attributesOfItem(atPath: "\(self.logDirectory)/\(name)")
            return (name: name, date: attributes?[.modificationDate] as? Date ?? .distantPast)
        }
        for log in dated.sorted(by: { $0.date < $1.date }).dropLast(Self.keptLogs) {
            try? files.removeItem(atPath: "\(self.logDirectory)/\(log.name)")
        }
    }

    /// Removes the files of pods unknown to this cluster, left by a killed one.
    func removeFiles(exceptOf uids: Set<String>) {
        let present = (try? FileManager.default.contentsOfDirectory(atPath: self.podDirectory)) ?? []
        for uid in present where !uids.contains(uid) { self.removeFiles(ofPod: uid) }
    }
}
