internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// The current `Authorization` header: token files are reread each minute, plugins run again when their token has
/// expired, and both after a 401. Requests that need a new token at once share it.
@LoopActor
final class TokenSource {
    /// As in client-go (`transport/token_source.go`).
    private static let fileLifetime = Duration.seconds(60)
    /// How long before its expiry a token is replaced.
    private static let leeway = Duration.seconds(10)

    /// The most output read of a plugin, in bytes.
    private static let outputLimit = 1 << 20

    private let credentials: KubernetesCredentials
    private let programLimit: Duration
    private var token: String?
    private var expiry: Timestamp?
    /// The run of the plugin that is in progress.
    private var renewal: Task<Void, Never>?
    /// Why the last one brought no token.
    private var fault: KubernetesError?

    /// - Parameter programLimit: how long a plugin may take to print a token.
    init(_ credentials: KubernetesCredentials, programLimit: Duration = .seconds(60)) {
        self.credentials = credentials
        self.programLimit = programLimit
    }

    /// Nil when no header is needed, or a certificate suffices.
    func authorization() async throws(KubernetesError) -> String? {
        switch self.credentials {
        case .none: return nil
        case .token(let token): return "Bearer \(token)"
        case .password(let user, let password):
            return "Basic \(Base64.standard.encode(Array("\(user):\(password)".utf8)))"
        case .tokenFile(let path, let fallback):
            if self.isStale { self.read(path) }
            return (self.token ?? fallback).map { "Bearer \($0)" }
        case .program(let plugin):
            if self.isStale { try await self.renew(plugin) }
            return self.token.map { "Bearer \($0)" }
        }
    }

    /// Marks the token as stale; false when it cannot be replaced.
    /// - Parameter authorization: the refused header. Of several requests that were refused the same token, the last
    ///   may come when there is a new one already.
    func renewAfterRefusal(of authorization: String?) -> Bool {
        switch self.credentials {
        case .none, .token, .password: return false
        case .tokenFile, .program:
            if self.token.map({ "Bearer \($0)" }) == authorization { self.expiry = Timestamp(milliseconds: 0) }
            return true
        }
    }

    private var isStale: Bool {
        guard self.token != nil else { return true }
        guard let expiry = self.expiry else { return false }
        return expiry <= Timestamp.now()
    }

    /// Keeps the last token when the file cannot be read.
    private func read(_ path: String) {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
            let token = text.split(whereSeparator: \.isWhitespace).first
        else { return }
        self.token = String(token)
        self.expiry = .now() + Self.fileLifetime
    }

    /// Awaits a run of the plugin: a new one, or that which is in progress. Not cancelled with its caller, since others
    /// may wait for it.
    private func renew(_ plugin: ExecPlugin) async throws(KubernetesError) {
        let renewal =
            self.renewal
            ?? LoopActor.later {
                do throws(KubernetesError) {
                    try await self.run(plugin)
                    self.fault = nil
                } catch {
                    self.fault = error
                }
                self.renewal = nil
            }
        self.renewal = renewal
        await renewal.value
        if let fault = self.fault { throw fault }
    }

    private func run(_ plugin: ExecPlugin) async throws(KubernetesError) {
        let info: JSONValue = [
            "apiVersion": .string(plugin.apiVersion), "kind": "ExecCredential", "spec": ["interactive": false],
        ]
        var environment = ProcessInfo.processInfo.environment
        environment.merge(plugin.environment) { $1 }
        environment["KUBERNETES_EXEC_INFO"] = info.text
        var output: [UInt8] = []
        let status: ChildProcess.ExitStatus
        do {
            let command = ChildProcess.Command(plugin.command, plugin.arguments, environment: environment)
            let child = try ChildProcess.spawn(command) { stream, bytes in
                let room = Self.outputLimit - output.count
                if stream == .standardOutput { output += bytes.prefix(room) }
            }
            // Kills the plugin and its children after the limit, and stops waiting for output of survivors: requests to
            // the cluster wait for this.
            let limit = LoopTimer {
                child.signalGroup(SIGKILL)
                child.closeOutput()
            }
            limit.start(after: self.programLimit)
            defer { limit.close() }
            status = await child.waitForExit()
            await child.waitForOutput()
        } catch {
            throw KubernetesError(.configuration, "\(error)")
        }
        guard status == .exited(0), let credential = try? JSONValue(parsing: output),
            credential["apiVersion"]?.string == plugin.apiVersion, let token = credential["status"]?["token"]?.string
        else {
            throw KubernetesError(.configuration, "\(plugin.command) printed no ExecCredential with a token")
        }
        self.token = token
        self.expiry = credential["status"]?["expirationTimestamp"]?.string.flatMap { Timestamp($0) }
            .map { $0 - Self.leeway }
    }
}
