internal import Glibc
internal import MaaSCore
internal import MaaSTesting

extension PrivateCluster {
    /// Whether this machine has kubectl. `KUBECTL` names another one, for instance an older one.
    nonisolated static var hasKubectl: Bool { access(Self.kubectl, X_OK) == 0 }

    private nonisolated static var kubectl: String {
        getenv("KUBECTL").map { String(cString: $0) } ?? "/usr/bin/kubectl"
    }

    /// Starts kubectl.
    func startKubectl(_ arguments: [String]) throws -> KubectlRun {
        try KubectlRun(Self.kubectl, ["--kubeconfig", self.kubeconfig] + arguments)
    }

    /// Runs kubectl; returns its exit code and everything it said.
    @discardableResult
    func kubectl(_ arguments: String...) async throws -> (code: Int32, output: String) {
        try await self.startKubectl(arguments).finish()
    }

    /// Creates a job whose master runs a shell script.
    @discardableResult
    func createJob(_ name: String, _ script: String) async throws -> (code: Int32, output: String) {
        try self.write("\(name).json", Self.job(name, script).text)
        return try await self.kubectl("create", "-f", "\(self.directory)/\(name).json")
    }
}
