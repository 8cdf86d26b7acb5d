internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What a real cluster does to its clients now and then, done by the local one on demand.
@Suite(.enabled(if: PrivateCluster.isPossible), .timeLimit(.minutes(1)))
@LoopActor
struct MisbehaviourTests {
    /// The error that creating the job `one` meets while a fault is on.
    private func failure(_ scope: ClusterScope, _ fault: JSONValue) async throws -> KubernetesError? {
        try await scope.cluster.setFaults(["requests": [fault]])
        do throws(KubernetesError) {
            try await scope.create("one")
            return nil
        } catch {
            return error
        }
    }

    @Test func aJobMayExistAlthoughItsAnswerWasLost() async throws {
        try await ClusterScope.with { scope in
            let lost = try await self.failure(scope, ["effect": "request_lost", "verb": "create", "count": 1])
            #expect(lost?.isOutcomeUnknown == true)
            #expect(try await scope.client.get(PyTorchJob.self, "one", in: "maas") == nil)
            let late = try await self.failure(scope, ["effect": "answer_lost", "verb": "create", "count": 1])
            #expect(late?.isOutcomeUnknown == true)
            #expect(try await scope.client.get(PyTorchJob.self, "one", in: "maas") != nil)
        }
    }

    @Test func rejectionsHaveTheirCodes() async throws {
        try await ClusterScope.with { scope in
            let quota = try await self.failure(scope, ["effect": "exceeded_quota", "resource": "pytorchjobs"])
            #expect(quota?.code == .forbidden && quota?.message.contains("exceeded quota") == true)
            let busy = try await self.failure(scope, ["effect": "too_many_requests", "verb": "create", "seconds": 7])
            #expect(busy?.code == .tooManyRequests && busy?.retryAfter == .seconds(7))
            #expect(try await self.failure(scope, ["effect": "unavailable"])?.isRetryable == true)
        }
    }

    @Test(arguments: ["get", "delete"])
    func anObjectIsNotTakenForMissingWhenItsKindIsNotServed(verb: String) async throws {
        try await ClusterScope.with { scope in
            try await scope.create("one")
            try await scope.cluster.setFaults(["requests": [["effect": "not_served", "verb": .string(verb)]]])
            let error = await #expect(throws: KubernetesError.self) {
                if verb == "get" {
                    _ = try await scope.client.get(PyTorchJob.self, "one", in: "maas")
                } else {
                    try await scope.client.delete(PyTorchJob.self, "one", in: "maas")
                }
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test func aLostNodeFailsItsJobsAndItsPodsLinger() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(Pod.self) { pods in
                try await scope.following(PyTorchJob.self) { jobs in
                    try await scope.create("one", "sleep 60")
                    try await jobs.wait { $0["one"]?.phase == .running }
                    try await scope.cluster.setFaults(["lost_nodes": ["local"]])
                    try await jobs.wait { $0["one"]?.phase == .failed }
                    #expect(try await scope.client.list(Node.self, in: nil).items.map(\.isReady) == [false])
                    let pod = try await scope.client.get(Pod.self, "one-master-0", in: "maas")
                    #expect(pod?.isDisrupted == true && pod?.isEnded == false)
                    try await scope.cluster.setFaults([:])
                    try await pods.wait { $0["one-master-0"] == nil }
                }
            }
        }
    }

    @Test func twoClustersDoNotShareAStateDirectory() async throws {
        try await PrivateCluster.with { cluster in
            let status = try await cluster.exitStatusOfAnother()
            #expect(status == .exited(78))
        }
    }
}
