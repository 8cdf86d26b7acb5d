internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import KubernetesClient

/// Tokens of real files and real programs.
@Suite(.timeLimit(.minutes(1)))
@LoopActor
struct TokenSourceTests {
    @Test func aFileIsReadAgainAfterARefusal() async throws {
        try await SupportProgram.withDirectory { directory in
            let path = "\(directory)/token"
            let source = TokenSource(.tokenFile(path, fallback: "spare"))
            #expect(try await source.authorization() == "Bearer spare")
            try Data("one\n".utf8).write(to: URL(filePath: path))
            #expect(try await source.authorization() == "Bearer one")
            try Data("two\n".utf8).write(to: URL(filePath: path))
            #expect(try await source.authorization() == "Bearer one")
            #expect(source.renewAfterRefusal(of: "Bearer one"))
            #expect(try await source.authorization() == "Bearer two")
            try FileManager.default.removeItem(atPath: path)
            #expect(source.renewAfterRefusal(of: "Bearer two"))
            #expect(try await source.authorization() == "Bearer two")
        }
    }

    @Test(arguments: [
        (#""expirationTimestamp": "2999-01-01T00:00:00Z""#, ["token-1", "token-1", "token-2"]),
        (#""expirationTimestamp": "2000-01-01T00:00:00Z""#, ["token-1", "token-2", "token-3"]),
        (#""more": 1"#, ["token-1", "token-1", "token-2"]),
    ])
    func aPluginsTokenIsUsedUntilItExpires(expiry: String, tokens: [String]) async throws {
        try await SupportProgram.withDirectory { directory in
            let source = TokenSource(
                .program(
                    self.plugin(
                        """
                        echo run >> $RUNS
                        echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
                        echo '"status": {\(expiry), "token": "token-'$(wc -l < $RUNS)'"}}'
                        """,
                        environment: ["RUNS": "\(directory)/runs"]
                    )
                )
            )
            var headers = [try await source.authorization(), try await source.authorization()]
            // Of one that is no longer used nothing follows.
            #expect(source.renewAfterRefusal(of: "Bearer token-0"))
            if tokens[0] == tokens[1] { #expect(try await source.authorization() == headers[0]) }
            #expect(source.renewAfterRefusal(of: headers[1]))
            headers.append(try await source.authorization())
            #expect(headers == tokens.map { "Bearer \($0)" })
        }
    }

    /// All requests of a dispatcher need a token when it begins.
    @Test(arguments: [true, false])
    func aPluginRunsOnceForAllThatWait(isGood: Bool) async throws {
        try await SupportProgram.withDirectory { directory in
            let credential =
                #"{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t"}}"#
            let source = TokenSource(
                .program(
                    self.plugin(
                        "echo run >> $RUNS; sleep 0.3; \(isGood ? "echo '\(credential)'" : "exit 1")",
                        environment: ["RUNS": "\(directory)/runs"]
                    )
                )
            )
            let requests = (0..<5).map { _ in Task { @LoopActor in try? await source.authorization() } }
            var headers: [String?] = []
            for request in requests { headers.append(await request.value) }
            #expect(headers == Array(repeating: isGood ? "Bearer t" : nil, count: 5))
            let runs = try String(contentsOf: URL(filePath: "\(directory)/runs"), encoding: .utf8)
            #expect(runs == "run\n")
        }
    }

    @Test func aPluginGetsItsExecInfo() async throws {
        let source = TokenSource(
            .program(
                self.plugin(
                    """
                    case "$KUBERNETES_EXEC_INFO" in *'"client.authentication.k8s.io/v1"'*) token=$PATH;; esac
                    echo "{\\"apiVersion\\": \\"client.authentication.k8s.io/v1\\", \\"status\\": {\\"token\\": \\"$token\\"}}"
                    """
                )
            )
        )
        let path = ProcessInfo.processInfo.environment["PATH"]
        #expect(try await source.authorization() == path.map { "Bearer \($0)" })
    }

    @Test(arguments: [
        "exit 1", "echo nothing",
        #"echo '{"apiVersion": "client.authentication.k8s.io/v1beta1", "status": {"token": "old"}}'"#,
        #"echo '{"apiVersion": "client.authentication.k8s.io/v1", "status": {}}'"#,
        #"echo '{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t"}}'; exit 1"#,
    ])
    func aPluginWithoutATokenIsAConfigurationError(script: String) async {
        await #expect {
            try await TokenSource(.program(self.plugin(script))).authorization()
        } throws: {
            ($0 as? KubernetesError)?.code == .configuration
        }
    }

    @Test(arguments: ["sleep 60 & sleep 60", "setsid sleep 20 & exit 1", "exec yes"])
    func aHangingPluginIsKilled(script: String) async {
        await #expect {
            try await TokenSource(.program(self.plugin(script)), programLimit: .milliseconds(300)).authorization()
        } throws: {
            ($0 as? KubernetesError)?.code == .configuration
        }
    }

    @Test func fixedCredentialsAreNotRenewed() async throws {
        for (credentials, header) in [
            (KubernetesCredentials.none, String?.none), (.token("abc"), "Bearer abc"),
            (.password(user: "Aladdin", password: "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),  // RFC 7617, 2
        ] {
            let source = TokenSource(credentials)
            #expect(try await source.authorization() == header)
            #expect(!source.renewAfterRefusal(of: header))
        }
    }

    private func plugin(_ script: String, environment: [String: String] = [:]) -> ExecPlugin {
        ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1",
            command: "/bin/sh",
            arguments: ["-c", script],
            environment: environment
        )
    }
}
