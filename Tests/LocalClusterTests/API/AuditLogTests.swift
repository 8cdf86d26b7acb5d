internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("The cluster's audit log", .enabled(if: PrivateCluster.isPossible && PrivateCluster.hasKubectl))
struct AuditLogTests {
    @Test("A request is logged with its verb, its object and its user agent", .timeLimit(.minutes(1))) @LoopActor
    func notes() async throws {
        try await PrivateCluster.with { cluster in
            let name = "nobody-\(UInt64.random(in: .min ... .max))"
            #expect(try await cluster.kubectl("logs", name).code != 0)
            #expect(try await cluster.kubectl("delete", "pytorchjob", name, "--ignore-not-found").code == 0)

            let lines = try String(contentsOf: URL(filePath: cluster.auditLog), encoding: .utf8).split(separator: "\n")
            let events = try lines.map { try JSONValue(parsing: Array($0.utf8)) }
                .filter { $0["objectRef"]?["name"]?.string == name }

            // kubectl may look for what it has deleted.
            #expect(events.prefix(2).map { $0["verb"]?.string } == ["get", "delete"])
            #expect(events.prefix(2).map { $0["objectRef"]?["apiGroup"]?.string } == ["", "kubeflow.org"])
            #expect(events.allSatisfy { $0["objectRef"]?["namespace"]?.string == "maas" })
            #expect(events.allSatisfy { $0["userAgent"]?.string?.hasPrefix("kubectl/") == true })
        }
    }
}
