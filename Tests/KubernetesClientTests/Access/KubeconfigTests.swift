internal import FoundationEssentials
internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Testing

struct KubeconfigTests {
    func access(_ files: [String: String], list: String? = nil) async throws -> KubernetesAccess {
        try await SupportProgram.withDirectory { directory in
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)")) }
            let names = list ?? files.keys.joined(separator: ":")
            let paths = names.split(separator: ":").map { "\(directory)/\($0)" }.joined(separator: ":")
            return try KubernetesAccess.load(kubeconfig: nil, environment: ["KUBECONFIG": paths])
        }
    }

    static let plain = """
        apiVersion: v1
        kind: Config
        current-context: a
        contexts: [{name: a, context: {cluster: c, user: u, namespace: maas}}]
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:8001/"}}]
        users: [{name: u, user: {token: abc}}]

        """

    @Test func plainHTTPWithAToken() async throws {
        let access = try await self.access(["config": Self.plain])
        #expect(access.server == "http://127.0.0.1:8001")
        #expect(access.namespace == "maas")
        #expect(access.credentials == .token("abc"))
    }

    @Test func dataFilesAndNames() async throws {
        let access = try await self.access(
            [
                "ca.pem": "authority",
                "config": """
                current-context: a
                contexts: [{name: a, context: {cluster: c, user: u}}]
                clusters:
                - name: c
                  cluster: {server: "https://h:6443", certificate-authority: ca.pem, tls-server-name: api.internal}
                users:
                - name: u
                  user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}
                """,
            ],
            list: "config"
        )
        #expect(access.tls.trust == .pem(Array("authority".utf8)))
        #expect(access.tls.serverName == "api.internal")
        #expect(access.tls.identity == .init(certificate: Array("cert".utf8), key: Array("key".utf8)))
        #expect(access.credentials == .none)
    }

    @Test func theFirstFileWins() async throws {
        let second = Self.plain.replacing("abc", with: "xyz").replacing(
            "current-context: a",
            with: "current-context: b"
        )
        let access = try await self.access(["one": Self.plain, "two": second], list: "one:none:two")
        #expect(access.credentials == .token("abc"))
    }

    @Test(arguments: ["current-context: x\n", "contexts: []\n", "{", plain.replacing("http:", with: "ftp:")])
    func faultsAreNamed(text: String) async throws {
        await #expect(throws: KubernetesError.self) { try await self.access(["config": text]) }
    }
}
