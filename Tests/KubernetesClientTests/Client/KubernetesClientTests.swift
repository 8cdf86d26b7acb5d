internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Requests over the wire, and what refusals become.
@Suite(.enabled(if: PrivateCluster.isPossible), .timeLimit(.minutes(1)))
@LoopActor
struct KubernetesClientTests {
    /// The error of what must fail.
    func failure<R>(_ body: @LoopActor () async throws(KubernetesError) -> R) async -> KubernetesError? {
        do throws(KubernetesError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func objectsAreFoundByNameAndLabel() async throws {
        try await ClusterScope.with { scope in
            let nodes = try await scope.client.list(Node.self, in: nil)
            #expect(nodes.items.map(\.gpus) == [2] && nodes.items.allSatisfy(\.isReady))
            try await scope.create("one", labels: ["app": "a"])
            try await scope.create("two", labels: ["app": "b"])
            let found = try await scope.client.list(PyTorchJob.self, in: "maas", selector: "app in (b, c)")
            #expect(found.items.map(\.metadata.name) == ["two"])
            #expect(try await scope.client.get(PyTorchJob.self, "one", in: "maas")?.metadata.labels == ["app": "a"])
            #expect(try await scope.client.get(PyTorchJob.self, "three", in: "maas") == nil)
            #expect(try await scope.client.list(PyTorchJob.self, in: "default").items.isEmpty)
        }
    }

    @Test func listsComeInPages() async throws {
        try await ClusterScope.with { scope in
            let names = (0..<501).map { "service-\($0)" }
            _ = try await concurrently(names.count) { number in
                let service: JSONValue = ["metadata": ["name": .string(names[number])]]
                return try await scope.client.create(service, as: NamespacedService.self, in: "maas").metadata.name
            }
            let list = try await scope.client.list(NamespacedService.self, in: "maas")
            #expect(list.items.count == names.count)
            #expect(Set(list.items.map(\.metadata.name)) == Set(names))
        }
    }

    @Test func aMissingWebhookIsATemporaryFault() async throws {
        try await ClusterScope.with { scope in
            try await scope.cluster.setFaults(["webhook_outage": true])
            let error = await self.failure { () throws(KubernetesError) in try await scope.create("one") }
            #expect(error?.code == .unavailable && error?.status == 500)
            #expect(error?.isRetryable == true && error?.isOutcomeUnknown == true)
            #expect(try await scope.client.get(PyTorchJob.self, "one", in: "maas") == nil)
            try await scope.cluster.setFaults([:])
            try await scope.create("one")
        }
    }

    @Test func anExistingObjectIsNotCreatedAgain() async throws {
        try await ClusterScope.with { scope in
            let job = try await scope.create("one")
            let error = await self.failure { () throws(KubernetesError) in try await scope.create("one") }
            #expect(error?.code == .alreadyExists && error?.isRetryable == false)
            let present = try await scope.client.get(PyTorchJob.self, "one", in: "maas")
            #expect(present?.metadata.uid == job.metadata.uid)
        }
    }

    @Test func anotherOfTheSameNameIsNotDeleted() async throws {
        try await ClusterScope.with { scope in
            try await scope.create("one")
            let uid = "00000000-0000-4000-8000-000000000000"
            let error = await self.failure { () throws(KubernetesError) in
                try await scope.client.delete(PyTorchJob.self, "one", in: "maas", uid: uid)
            }
            #expect(error?.code == .conflict && error?.isRetryable == false)
            let present = try await scope.client.get(PyTorchJob.self, "one", in: "maas")
            #expect(present != nil && present?.metadata.deletedAt == nil)
        }
    }

    @Test func aDryRunChecksAndStoresNothing() async throws {
        try await ClusterScope.with { scope in
            var job = PrivateCluster.job("one")
            try await scope.client.dryRun(job, as: PyTorchJob.self, in: "maas")
            #expect(try await scope.client.get(PyTorchJob.self, "one", in: "maas") == nil)
            job["spec"]?["backofLimit"] = 3
            let error = await self.failure { () throws(KubernetesError) in
                try await scope.client.dryRun(job, as: PyTorchJob.self, in: "maas")
            }
            #expect(error?.code == .invalid && error?.message.contains("spec.backofLimit") == true)
        }
    }

    @Test func overTLSWithTheKubeconfigsToken() async throws {
        try await ClusterScope.with(isSecure: true) { scope in
            try await scope.following(PyTorchJob.self) { jobs in
                try await scope.create("one")
                try await jobs.wait { $0["one"]?.phase == .succeeded }
            }
            var access = try KubernetesAccess.load(kubeconfig: scope.cluster.kubeconfig)
            access.credentials = .token("fedcba9876543210")
            #expect(await self.refusal(of: access)?.code == .unauthorized)
            access.tls.trust = TLSOptions().trust
            let error = await self.refusal(of: access)
            #expect(error?.code == .configuration && error?.isRetryable == false)
        }
    }

    @Test func requestsAreCountedByHowTheyEnd() async throws {
        let metrics = Metrics()
        let requests = metrics.counter("requests_total", help: "Requests.", labels: ["verb", "resource", "code"])
        try await PrivateCluster.with { cluster in
            let access = try KubernetesAccess.load(kubeconfig: cluster.kubeconfig)
            let client = KubernetesClient(access: access, requests: requests)
            defer { client.close() }
            let job = PrivateCluster.job("one")
            _ = try await client.create(job, as: PyTorchJob.self, in: "maas")
            _ = await self.failure { () throws(KubernetesError) in
                try await client.create(job, as: PyTorchJob.self, in: "maas")
            }
            _ = try await client.get(PyTorchJob.self, "two", in: "maas")
        }
        let lonely = KubernetesClient(access: KubernetesAccess(server: "http://127.0.0.1:1"), requests: requests)
        defer { lonely.close() }
        _ = await self.failure { () throws(KubernetesError) in try await lonely.list(PyTorchJob.self, in: "maas") }
        for (verb, code) in [("create", "201"), ("create", "409"), ("get", "404"), ("list", "none")] {
            let line = #"requests_total{verb="\#(verb)",resource="pytorchjobs",code="\#(code)"} 1"#
            #expect(metrics.text.contains(line), "\(line)")
        }
    }

    @Test func anUnreachableServerIsRetriable() async throws {
        let error = await self.refusal(of: KubernetesAccess(server: "http://127.0.0.1:1"))
        #expect(error?.isRetryable == true && error?.isOutcomeUnknown == false)
    }

    private func refusal(of access: KubernetesAccess) async -> KubernetesError? {
        let client = KubernetesClient(access: access)
        defer { client.close() }
        return await self.failure { () throws(KubernetesError) in try await client.list(Node.self, in: nil) }
    }
}
