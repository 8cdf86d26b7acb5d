internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting

/// A cluster of a test's own, and a client that found it by its kubeconfig.
@LoopActor
struct ClusterScope {
    let cluster: PrivateCluster
    let client: KubernetesClient

    static func with(
        isSecure: Bool = false,
        _ body: @LoopActor (ClusterScope) async throws -> Void
    ) async throws {
        try await PrivateCluster.with(isSecure: isSecure) { cluster in
            let client = KubernetesClient(access: try KubernetesAccess.load(kubeconfig: cluster.kubeconfig))
            defer { client.close() }
            try await body(ClusterScope(cluster: cluster, client: client))
        }
    }

    /// Lends what a watcher sees, and stops the watcher.
    func following<Resource: KubernetesResource>(
        _ type: Resource.Type,
        selector: String? = nil,
        isOptional: Bool = false,
        isServerReady: @escaping @LoopActor () -> Bool = { true },
        doubt: Duration = .seconds(60),
        _ body: @LoopActor (ResourceFollower<Resource>) async throws -> Void
    ) async throws {
        let follower = try await ResourceFollower<Resource>(
            self.client,
            selector: selector,
            isOptional: isOptional,
            isServerReady: isServerReady,
            doubt: doubt
        )
        do {
            try await body(follower)
        } catch {
            await follower.stop()
            throw error
        }
        await follower.stop()
    }

    @discardableResult
    func create(
        _ name: String,
        _ script: String = "true",
        labels: [String: String] = [:]
    ) async throws(KubernetesError) -> PyTorchJob {
        try await self.client.create(PrivateCluster.job(name, script, labels: labels), in: "maas")
    }
}
