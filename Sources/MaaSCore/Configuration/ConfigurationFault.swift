/// One fault in a configuration file.
package struct ConfigurationFault: Sendable, Hashable, CustomStringConvertible {
    /// The key's path, `redis.url` or `local_cluster.nodes[0].gpus`; empty for the whole file.
    package var path: String
    /// Starts at 1.
    package var line: Int
    /// What is wrong and what would be right. Never contains a secret.
    package var message: String

    package init(path: String, line: Int, message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    package var description: String {
        self.path.isEmpty ? "\(self.line): \(self.message)" : "\(self.line): \(self.path): \(self.message)"
    }
}
