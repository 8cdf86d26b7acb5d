internal import FoundationEssentials
internal import MaaSCore

/// Merged kubeconfig files (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).
///
/// Of entries with the same name the first file's wins, and so does the first current context.
struct Kubeconfig {
    /// An entry, and the directory that its relative paths refer to.
    private struct Entry {
        let node: YAMLNode
        let folder: String
    }

    private var clusters: [String: Entry] = [:]
    private var users: [String: Entry] = [:]
    private var contexts: [String: Entry] = [:]
    private var currentContext: String?

    /// Reads `paths`, skipping missing files as long as one exists.
    static func load(_ paths: [String]) throws(KubernetesError) -> Kubeconfig {
        var kubeconfig = Kubeconfig()
        var count = 0
        for path in paths where FileManager.default.fileExists(atPath: path) {
            count += 1
            do {
                let text = try Data(contentsOf: URL(filePath: path))
                kubeconfig.add(try YAMLParser.document(in: [UInt8](text)), folder: Self.folder(of: path))
            } catch {
                throw KubernetesError(.configuration, "\(path): \(error)")
            }
        }
        if count == 0 {
            throw KubernetesError(.configuration, "there is no kubeconfig at \(paths.joined(separator: ", "))")
        }
        return kubeconfig
    }

    /// Adds a file, with lower precedence than those before.
    mutating func add(_ document: YAMLNode, folder: String) {
        self.currentContext = self.currentContext ?? Self.text(document["current-context"])
        for (list, key, path) in [
            ("clusters", "cluster", \Kubeconfig.clusters), ("users", "user", \.users),
            ("contexts", "context", \.contexts),
        ] {
            for item in document[list]?.sequence ?? [] {
                guard let name = Self.text(item["name"]), let node = item[key] else { continue }
                if self[keyPath: path][name] == nil { self[keyPath: path][name] = Entry(node: node, folder: folder) }
            }
        }
    }

    /// The access that the current context describes.
    func access() throws(KubernetesError) -> KubernetesAccess {
        guard let name = self.currentContext, let context = self.contexts[name]?.node else {
            throw KubernetesError(.configuration, "the kubeconfig has no current-context that is among its contexts")
        }
        guard let cluster = Self.text(context["cluster"]).flatMap({ self.clusters[$0] }),
            let server = Self.text(cluster.node["server"]), HTTPOrigin(server) != nil
        else {
            throw KubernetesError(.configuration, "context \(name): its cluster has no server that is an http address")
        }
        let user = Self.text(context["user"]).flatMap { self.users[$0] }
        var tls = try self.trust(of: cluster)
        if let user { tls.identity = try self.identity(of: user) }
        return KubernetesAccess(
            server: server,
            tls: tls,
            credentials: try user.map { user throws(KubernetesError) in try self.credentials(of: user) } ?? .none,
            namespace: Self.text(context["namespace"])
        )
    }

    private func trust(of cluster: Entry) throws(KubernetesError) -> TLSOptions {
        var tls = TLSOptions(serverName: Self.text(cluster.node["tls-server-name"]))
        if Self.text(cluster.node["insecure-skip-tls-verify"]) == "true" {
            tls.trust = .anyone
        } else if let authority = try self.bytes("certificate-authority", of: cluster) {
            tls.trust = .pem(authority)
        }
        return tls
    }

    private func identity(of user: Entry) throws(KubernetesError) -> TLSOptions.Identity? {
        guard let certificate = try self.bytes("client-certificate", of: user),
            let key = try self.bytes("client-key", of: user)
        else { return nil }
        return TLSOptions.Identity(certificate: certificate, key: key)
    }

    private func credentials(of user: Entry) throws(KubernetesError) -> KubernetesCredentials {
        let token = Self.text(user.node["token"])
        if let file = Self.text(user.node["tokenFile"]) {
            return .tokenFile(Self.path(file, from: user.folder), fallback: token)
        }
        if let token { return .token(token) }
        if let name = Self.text(user.node["username"]) {
            return .password(user: name, password: Self.text(user.node["password"]) ?? "")
        }
        guard let exec = user.node["exec"], try self.identity(of: user) == nil else { return .none }
        guard let command = Self.text(exec["command"]), let version = Self.text(exec["apiVersion"]) else {
            throw KubernetesError(.configuration, "users[].user.exec needs command and apiVersion")
        }
        let variables = (exec["env"]?.sequence ?? []).compactMap { variable in
            Self.text(variable["name"]).map { ($0, Self.text(variable["value"]) ?? "") }
        }
        return .program(
            ExecPlugin(
                apiVersion: version,
                command: command.contains("/") ? Self.path(command, from: user.folder) : command,
                arguments: (exec["args"]?.sequence ?? []).compactMap { Self.text($0) },
                environment: Dictionary(variables, uniquingKeysWith: { _, last in last })
            )
        )
    }

    /// The base64 content of `<key>-data`, or the file named by `<key>`; nil without either.
    private func bytes(_ key: String, of entry: Entry) throws(KubernetesError) -> [UInt8]? {
        if let data = Self.text(entry.node["\(key)-data"]) {
            guard let bytes = Base64.standard.decode(data.filter { !$0.isWhitespace }) else {
                throw KubernetesError(.configuration, "\(key)-data must be valid base64")
            }
            return bytes
        }
        guard let path = Self.text(entry.node[key]) else { return nil }
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: Self.path(path, from: entry.folder))))
        } catch {
            throw KubernetesError(.configuration, "\(key): cannot read \(path)")
        }
    }

    private static func text(_ node: YAMLNode?) -> String? {
        node?.scalar.map(\.text).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func path(_ path: String, from folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
