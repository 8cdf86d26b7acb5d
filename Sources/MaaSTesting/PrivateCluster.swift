internal import FoundationEssentials
internal import Glibc
package import MaaSCore

/// A `local-cluster` process with a directory of its own: two GPUs, the namespace `maas`, the image `worker`.
@LoopActor
package final class PrivateCluster {
    /// Removed afterwards with all its content.
    package let directory: String
    private let isSecure: Bool
    private var process: ChildProcess?
    /// 0 until the process has chosen one; kept across restarts.
    private var port = 0

    /// Whether this machine can run containers.
    package nonisolated static var isPossible: Bool { access("/usr/bin/bwrap", X_OK) == 0 }

    /// Calls `body` with a running cluster, and cleans up afterwards.
    /// - Parameter isSecure: whether it uses TLS, as `maas.test`, and requires the token of its kubeconfig.
    package static func with<R>(
        isSecure: Bool = false,
        _ body: @LoopActor (PrivateCluster) async throws -> R
    ) async throws -> R {
        try await SupportProgram.withDirectory { directory in
            if isSecure { try await SupportProgram.run("make-certificates", [directory]) }
            let cluster = PrivateCluster(directory, isSecure: isSecure)
            do {
                try await cluster.start()
                let result = try await body(cluster)
                await cluster.end(SIGTERM)
                return result
            } catch {
                await cluster.end(SIGTERM)
                throw error
            }
        }
    }

    private init(_ directory: String, isSecure: Bool) {
        self.directory = directory
        self.isSecure = isSecure
    }

    package var kubeconfig: String { "\(self.directory)/kubeconfig" }

    /// The log of all requests to it. With `MAAS_CLUSTER_AUDIT_LOG` all clusters share that file.
    package var auditLog: String {
        ProcessInfo.processInfo.environment["MAAS_CLUSTER_AUDIT_LOG"] ?? "\(self.directory)/audit.log"
    }

    // MARK: The executable

    /// Starts the process and waits until it is ready.
    package func start() async throws {
        try self.write("services.yaml", self.configuration)
        let (lines, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        var said: [UInt8] = []
        let command = ChildProcess.Command(Self.executable, ["--config", "\(self.directory)/services.yaml"])
        let process = try ChildProcess.spawn(command) { _, bytes in
            said += bytes
            while let end = said.firstIndex(of: UInt8(ascii: "\n")) {
                continuation.yield(Array(said[..<end]))
                said.removeSubrange(...end)
            }
        }
        self.process = process
        LoopActor.immediate {
            await process.waitForOutput()
            continuation.finish()
        }
        var log: [[UInt8]] = []
        for await line in lines {
            let entry = (try? JSONValue(parsing: line)) ?? .null
            switch entry["message"] {
            case "listening": self.port = entry["address"]?.string?.split(separator: ":").last.flatMap { Int($0) } ?? 0
            case "ready": return try self.write("kubeconfig", self.clientConfiguration)
            default: log.append(line)
            }
        }
        for line in log { _ = Glibc.write(STDERR_FILENO, line + [UInt8(ascii: "\n")], line.count + 1) }
        throw SupportProgramError(name: "local-cluster")
    }

    /// Starts a second process on the same directory and returns its exit status.
    package func exitStatusOfAnother() async throws -> ChildProcess.ExitStatus {
        let command = ChildProcess.Command(Self.executable, ["--config", "\(self.directory)/services.yaml"])
        let another = try ChildProcess.spawn(command) { _, _ in }
        defer { another.signal(SIGKILL) }
        return await another.waitForExit()
    }

    /// Ends the process and waits until it is gone.
    package func end(_ signal: Int32) async {
        self.process?.signal(signal)
        _ = await self.process?.waitForExit()
        self.process = nil
    }

    /// In the directory of the tests' own executable.
    private static var executable: String {
        let tests = CommandLine.arguments[0]
        return "\(tests[..<(tests.lastIndex(of: "/") ?? tests.startIndex)])/local-cluster"
    }

    // MARK: Faults

    /// Turns the named faults on and all others off; see docs/local-cluster.md.
    package func setFaults(_ faults: JSONValue) async throws {
        try await self.send(.put, "/debug/faults", faults)
    }

    /// Ends every open watch.
    package func cutWatches() async throws { try await self.send(.post, "/debug/faults/cut-watches") }

    /// Makes all earlier resource versions too old.
    package func expireHistory() async throws { try await self.send(.post, "/debug/faults/expire-history") }

    private func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue = [:]) async throws {
        let client = HTTPClient(configuration: HTTPClientConfiguration())
        defer { client.close() }
        let headers: HTTPHeaders = ["Content-Type": "application/json"]
        let request = HTTPRequest(method, self.server + path, headers: headers, body: body.encoded())
        guard try await client.send(request).isSuccess else { throw SupportProgramError(name: "PUT \(path)") }
    }

    // MARK: Files

    /// Writes a file in the cluster's directory.
    package func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(self.directory)/\(name)"))
    }

    private var server: String { "\(self.isSecure ? "https" : "http")://127.0.0.1:\(self.port)" }
    private static let token = "0123456789abcdef"

    private var configuration: String {
        let tls = """
              certificate: \(self.directory)/maas.test.pem
              private_key: \(self.directory)/maas.test.key
              token: "\(Self.token)"

            """
        return """
            log: {format: json}
            postgres: {url: "postgres://user:password@127.0.0.1:1/maas"}
            redis: {url: "redis://127.0.0.1:1"}
            object_store: {endpoint: "http://127.0.0.1:1", access_key: a, secret_key: b}
            events: {secret: "0123456789abcdef0123456789abcdef"}
            templates: {directory: /tmp}
            dispatcher: {pod_redis_url: "redis://127.0.0.1:1"}
            local_cluster:
              listen: 127.0.0.1:\(self.port)
              state_directory: state
              log_directory: logs
              audit_log: "\(self.auditLog)"
              nodes: [{name: local, gpus: 2}]
              images: {worker: {binds: {/opt/maas: /tmp}}}

            """ + (self.isSecure ? tls : "")
    }

    private var clientConfiguration: String {
        let trust = self.isSecure ? ", certificate-authority: ca.pem, tls-server-name: maas.test" : ""
        return """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "\(self.server)"\(trust)}}]
            contexts: [{name: c, context: {cluster: c, namespace: maas, user: u}}]
            users: [{name: u, user: {\(self.isSecure ? "token: \"\(Self.token)\"" : "")}}]
            current-context: c
            """
    }
}
