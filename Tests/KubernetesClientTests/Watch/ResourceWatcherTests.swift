internal import Glibc
internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Watchers and a cluster that does to them what clusters do.
@Suite(.enabled(if: PrivateCluster.isPossible), .timeLimit(.minutes(1)))
@LoopActor
struct ResourceWatcherTests {
    @Test func aJobAndItsPodAreFollowedToTheirEnds() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self) { jobs in
                try await scope.following(Pod.self) { pods in
                    let good = try await scope.create("good", "echo -n bye > /dev/termination-log")
                    try await scope.create("bad", "exit 7")
                    try await jobs.wait { $0["good"]?.phase == .succeeded && $0["bad"]?.phase == .failed }
                    try await pods.wait { $0["good-master-0"]?.isEnded == true && $0["bad-master-0"]?.isEnded == true }
                    let pod = try #require(pods["good-master-0"])
                    #expect(pod.metadata.controllerUID == good.metadata.uid)
                    #expect(pod.phase == .succeeded && pod.gpus == 1 && pod.nodeName == "local")
                    #expect(pod.containers.first?.termination?.message == "bye")
                    #expect(pods["bad-master-0"]?.containers.first?.termination?.exitCode == 7)
                    #expect(jobs.lists == 1 && pods.lists == 1)
                }
            }
        }
    }

    @Test func theLagOfAWatchIsTheAgeOfNewObjects() async throws {
        try await ClusterScope.with { scope in
            try await scope.create("listed")
            try await scope.following(PyTorchJob.self) { jobs in
                let late: JSONValue = ["verb": "watch", "effect": "delayed", "seconds": 5]
                try await scope.cluster.setFaults(["requests": [late]])
                try await scope.cluster.cutWatches()
                try await scope.create("watched")
                try await jobs.wait { $0["watched"]?.phase == .succeeded }
                // Of the one that was listed, and of later changes, nothing is known.
                #expect(jobs.lags.count == 1 && jobs.lags.allSatisfy { $0 > .seconds(1) && $0 < .seconds(30) })
            }
        }
    }

    @Test func aCutWatchResumes() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self) { jobs in
                try await scope.create("one")
                try await jobs.wait { $0["one"] != nil }
                try await scope.cluster.cutWatches()
                try await scope.create("two")
                try await jobs.wait { $0["two"] != nil }
                #expect(jobs.lists == 1)
            }
        }
    }

    /// An API server that has just begun forbids everybody everything for a moment.
    @Test func aTemporaryRefusalRemovesNothing() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self, isOptional: true) { jobs in
                try await scope.create("one")
                try await jobs.wait { $0["one"] != nil }
                let refusal: JSONValue = ["verb": "watch", "effect": "forbidden", "count": 1]
                try await scope.cluster.setFaults(["requests": [refusal]])
                try await scope.cluster.cutWatches()
                try await scope.create("two")
                try await jobs.wait { $0["two"] != nil }
                #expect(jobs["one"] != nil && jobs.lists == 1)
            }
        }
    }

    /// Before the dispatcher was granted anything by it.
    @Test func theRefusalsOfAStartingServerAreNotTakenForAnEmptyList() async throws {
        try await ClusterScope.with { scope in
            try await scope.create("one", "sleep 1000")
            let refusal: JSONValue = ["verb": "list", "effect": "forbidden", "count": 2]
            try await scope.cluster.setFaults(["requests": [refusal]])
            try await scope.following(PyTorchJob.self, isOptional: true, isServerReady: { false }) { jobs in
                #expect(jobs.lists == 1 && jobs["one"] != nil)
            }
        }
    }

    @Test func aWatchIsCurrentAgainWhenTheServerAcceptsIt() async throws {
        try await ClusterScope.with { scope in
            try await scope.create("one", "sleep 1000")
            try await scope.following(PyTorchJob.self) { jobs in
                try await jobs.wait { $0["one"]?.phase == .running }
                #expect(jobs.currency.last == true)
                let refusal: JSONValue = ["verb": "watch", "effect": "forbidden", "count": 1]
                try await scope.cluster.setFaults(["requests": [refusal]])
                try await scope.cluster.cutWatches()
                // Nothing happens that it could tell; a bookmark would take a minute.
                try await jobs.wait { $0.currency.suffix(2) == [false, true] }
                #expect(jobs.lists == 1)
            }
        }
    }

    @Test func regainedPermissionRelists() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self, isOptional: true, doubt: .zero) { jobs in
                try await scope.create("one")
                try await jobs.wait { $0["one"]?.phase == .succeeded }
                let refusal: JSONValue = ["effect": "forbidden", "count": 2]
                try await scope.cluster.setFaults(["requests": [refusal]])
                try await scope.cluster.cutWatches()
                // None are there once, however often it was refused; then all are.
                try await jobs.wait { $0.lists == 2 }
                #expect(jobs.resources.isEmpty)
                try await jobs.wait { $0.lists == 3 }
                #expect(jobs["one"] != nil)
            }
        }
    }

    @Test func whatMayOnlyBeListedIsDoneWithout() async throws {
        try await ClusterScope.with { scope in
            try await scope.create("one", "sleep 1000")
            let refusal: JSONValue = ["verb": "watch", "resource": "pods", "effect": "forbidden", "count": 2]
            try await scope.cluster.setFaults(["requests": [refusal]])
            try await scope.following(Pod.self, isOptional: true, doubt: .zero) { pods in
                try await pods.wait { $0.lists == 2 }
                #expect(pods.resources.isEmpty)
                // Listed again and refused again, it is not told. Once the watch is accepted, all are there.
                try await pods.wait { $0["one-master-0"] != nil }
                try await scope.create("two", "sleep 1000")
                try await pods.wait { $0["two-master-0"] != nil }
                #expect(pods.lists == 3 && pods.currency == [true])
            }
        }
    }

    @Test func expiredHistoryRelists() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self, selector: "watched=yes") { jobs in
                try await scope.create("one", labels: ["watched": "yes"])
                try await jobs.wait { $0["one"]?.phase == .succeeded }
                // The version goes on and the watcher, whom this does not concern, is not told.
                try await scope.create("other")
                try await scope.cluster.expireHistory()
                try await scope.cluster.cutWatches()
                try await jobs.wait { $0.lists == 2 }
                try await scope.create("two", labels: ["watched": "yes"])
                try await jobs.wait { $0["two"] != nil }
                #expect(Set(jobs.resources.keys) == ["one", "two"])
            }
        }
    }

    @Test func aRestartedServerIsFollowedAgain() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self) { jobs in
                try await scope.create("lost", "sleep 1000")
                try await jobs.wait { $0["lost"]?.phase == .running }
                await scope.cluster.end(SIGKILL)
                try await scope.cluster.start()
                try await jobs.wait { $0["lost"]?.phase == .failed }
                try await scope.create("next")
                try await jobs.wait { $0["next"]?.phase == .succeeded }
            }
        }
    }

    @Test func ownersAreDeletedAfterTheirDependents() async throws {
        try await ClusterScope.with { scope in
            try await scope.following(PyTorchJob.self) { jobs in
                try await scope.following(Pod.self) { pods in
                    try await scope.cluster.setFaults(["terminating_delay_s": 5])
                    let job = try await scope.create("long", "trap 'exit 3' TERM; while true; do sleep 0.05; done")
                    try await pods.wait { $0["long-master-0"]?.phase == .running }
                    #expect(
                        try await scope.client.delete(PyTorchJob.self, "long", in: "maas", uid: job.metadata.uid)
                    )
                    try await jobs.wait { $0["long"]?.metadata.deletedAt != nil }
                    #expect(pods["long-master-0"] != nil)
                    try await jobs.wait { $0["long"] == nil }
                    #expect(try await scope.client.list(Pod.self, in: "maas").items.isEmpty)
                    try await pods.wait { $0.resources.isEmpty }
                    #expect(try await scope.client.delete(PyTorchJob.self, "long", in: "maas") == false)
                }
            }
        }
    }
}
