extension MaaSConfiguration {
    /// The single-machine cluster. Ignored by services that run in a real cluster.
    package struct LocalCluster: Sendable, Hashable {
        package var listen = ListenAddress(host: "127.0.0.1", port: 6443)
        /// The server's certificate and key, as PEM files; nil for plain HTTP.
        package var certificate: String?
        package var privateKey: String?
        /// The bearer token clients present.
        package var token: String?
        /// Where objects are persisted across restarts.
        package var stateDirectory = ".maas/cluster"
        /// Where containers' output is written.
        package var logDirectory = ".maas/cluster/logs"
        /// Where requests are logged in the format of Kubernetes' audit log; nil for no log.
        package var auditLog: String?
        package var nodes: [Node] = [Node(name: "local", gpus: 2)]
        /// Replacements for container images, by image name.
        package var images: [String: Image] = [:]

        package init() {}

        /// One node of the cluster. All nodes are this machine.
        package struct Node: Sendable, Hashable {
            package var name = ""
            package var gpus = 0
            package var labels: [String: String] = [:]
            package var taints: [Taint] = []
            /// The format of HAMi's node annotation for sharing GPUs; `none` for a cluster without HAMi.
            package var hami = HAMi.none

            package init() {}

            package init(name: String, gpus: Int) {
                self.name = name
                self.gpus = gpus
            }
        }

        /// A taint that repels pods without a matching toleration.
        package struct Taint: Sendable, Hashable {
            package enum Effect: String, Sendable, CaseIterable {
                case noSchedule = "NoSchedule"
                case preferNoSchedule = "PreferNoSchedule"
                case noExecute = "NoExecute"
            }

            package var key = ""
            package var value: String?
            package var effect = Effect.noSchedule

            package init() {}
        }

        /// The format of HAMi's annotation: text until 2.7, JSON since 2.8.
        package enum HAMi: String, Sendable, CaseIterable {
            case none, text, json
        }

        /// Files of this machine that are visible in containers of an image.
        package struct Image: Sendable, Hashable {
            /// From container paths to paths of this machine; read-only.
            package var binds: [String: String] = [:]

            package init() {}
        }
    }
}

extension MaaSConfiguration.LocalCluster: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("listen", into: &self.listen, as: .listenAddress)
        reader.read("certificate", into: &self.certificate, as: reader.path)
        reader.read("private_key", into: &self.privateKey, as: reader.path)
        reader.read("token", into: &self.token, as: .secret(minimum: 16))
        reader.read("state_directory", into: &self.stateDirectory, as: reader.path)
        reader.read("log_directory", into: &self.logDirectory, as: reader.path)
        reader.read("audit_log", into: &self.auditLog, as: reader.path)
        reader.read(list: "nodes", into: &self.nodes)
        var named: [(name: String, section: Image)] = []
        reader.read(mapping: "images", into: &named)
        self.images = Dictionary(named.map { ($0.name, $0.section) }) { first, _ in first }
        if (self.certificate == nil) != (self.privateKey == nil) {
            reader.fault("certificate", "certificate and private_key need each other: give both or neither")
        }
        if Set(self.nodes.map(\.name)).count != self.nodes.count {
            reader.fault("nodes", "two nodes have the same name")
        }
    }
}

extension MaaSConfiguration.LocalCluster.Node: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("name", into: &self.name, as: .label)
        reader.require("gpus", into: &self.gpus, as: .integer(0...1_024))
        reader.read(mapping: "labels", into: &self.labels, as: .text)
        reader.read(list: "taints", into: &self.taints)
        reader.read("hami", into: &self.hami, as: .choice)
    }
}

extension MaaSConfiguration.LocalCluster.Taint: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("key", into: &self.key, as: .text)
        reader.read("value", into: &self.value, as: .text)
        reader.read("effect", into: &self.effect, as: .choice)
    }
}

extension MaaSConfiguration.LocalCluster.Image: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read(mapping: "binds", into: &self.binds, as: reader.path)
    }
}
