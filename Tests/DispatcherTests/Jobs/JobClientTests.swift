internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher
@testable internal import Dispatching

/// What the answers of an API server say about a job.
@LoopActor
@Suite("Jobs of a cluster", .enabled(if: PrivateCluster.isPossible), .timeLimit(.minutes(1)))
struct JobClientTests {
    private static let id = AttemptID(task: TaskID.make(), number: 1)

    @Test(
        "Refused everything, nothing is known; a kind alone that is refused, and that no template has, has no jobs",
        arguments: [[], [.batchJob]] as [Set<JobResource>]
    )
    func refusals(templates: Set<JobResource>) async throws {
        try await PrivateCluster.with { cluster in
            let client = KubernetesClient(access: try KubernetesAccess.load(kubeconfig: cluster.kubeconfig))
            defer { client.close() }
            let logger = Logger(service: "test", level: .error)
            let jobs = JobClient(client: client, namespace: "maas", templateResources: templates, logger: logger)
            try await cluster.setFaults(["requests": [["effect": "forbidden"]]])
            await #expect(throws: KubernetesError.self) { try await jobs.find("job", Self.id) }
            await #expect(throws: KubernetesError.self) { try await jobs.delete("job", uid: "u") }
            try await cluster.setFaults(["requests": [["resource": "pytorchjobs", "effect": "forbidden"]]])
            #expect(try await jobs.find("job", Self.id) == .notFound)
            #expect(try await jobs.delete("job", uid: "u") == .notFound)
        }
    }
}
