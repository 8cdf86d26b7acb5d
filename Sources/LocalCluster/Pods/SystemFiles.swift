internal import Glibc
internal import MaaSCore

/// The files of `/etc` that a container runtime writes for each container.
struct SystemFiles: Sendable {
    let pod: JSONValue

    /// Contents by path.
    var files: [String: String] {
        // The pods of a job resolve each other by name, and all of them are on this machine.
        let master = self.pod.strings(at: "metadata", "labels")[PyTorchJobLayout.Label.jobName].map { "\($0)-master-0" }
        let names = [self.pod.name] + (master.map { $0 == self.pod.name ? [] : [$0] } ?? [])
        let user = getuid()
        let group = getgid()
        return [
            "/etc/hosts":
                "127.0.0.1 localhost\n::1 localhost ip6-localhost\n\(PodStatus.address) \(names.joined(separator: " "))\n",
            "/etc/hostname": "\(self.pod.name)\n",
            "/etc/passwd":
                "\(user == 0 ? "root" : "user"):x:\(user):\(group)::/tmp:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
            "/etc/group": "\(group == 0 ? "root" : "user"):x:\(group):\nnogroup:x:65534:\n",
        ]
    }
}
