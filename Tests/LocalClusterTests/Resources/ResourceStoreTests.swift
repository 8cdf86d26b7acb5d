internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("The store keeps the rules of Kubernetes")
struct ResourceStoreTests {
    private let now = Sample.start
    private let jobs = ResourceFilter(kind: .pyTorchJobs)

    private func key(_ name: String, _ kind: ResourceKind = .pyTorchJobs) -> ResourceKey {
        ResourceKey(kind, namespace: "maas", name: name)
    }

    // MARK: Creating

    @Test("A new object gets a uid, a version and a time, whatever the client wrote")
    func creates() throws {
        var store = Sample.store()
        var draft = Sample.job()
        draft[path: "metadata", "uid"] = "mine"
        draft[path: "metadata", "deletionTimestamp"] = "2026-01-01T00:00:00Z"
        let job = try store.create(.pyTorchJobs, namespace: "maas", draft, now: self.now)
        #expect(job.uid.hasPrefix("uid-"))
        #expect(job.resourceVersion == "\(store.revision)")
        #expect(job.string(at: "metadata", "creationTimestamp") == "2026-11-24T01:00:00Z")
        #expect(!job.isBeingDeleted)
        #expect(try store.get(self.key("demo-1")) == job)
    }

    @Test("A taken name is rejected; one that is being deleted says so")
    func refusesTakenNames() throws {
        var store = Sample.store()
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        let taken = #expect(throws: APIStatus.self) {
            try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        }
        #expect(taken?.reason == .alreadyExists)
        #expect(taken?.code == 409)
        #expect(taken?.message == #"pytorchjobs.kubeflow.org "demo-1" already exists"#)

        var options = DeletionOptions()
        options.propagation = .foreground
        _ = try store.delete(self.key("demo-1"), options, now: self.now)
        let leaving = #expect(throws: APIStatus.self) {
            try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        }
        #expect(leaving?.message == #"object is being deleted: pytorchjobs.kubeflow.org "demo-1" already exists"#)
    }

    @Test("A missing namespace is NotFound")
    func needsItsNamespace() {
        var store = Sample.store()
        let error = #expect(throws: APIStatus.self) {
            try store.create(.pyTorchJobs, namespace: "nowhere", Sample.job(), now: self.now)
        }
        #expect(error?.message == #"namespaces "nowhere" not found"#)
    }

    @Test(
        "Bad metadata is Invalid, with the field named",
        arguments: [
            ("Upper", "metadata.name"), ("-dash", "metadata.name"), ("", "metadata.name"), ("a..b", "metadata.name"),
        ]
    )
    func refusesBadNames(name: String, field: String) {
        var store = Sample.store()
        let error = #expect(throws: APIStatus.self) {
            try store.create(.pyTorchJobs, namespace: "maas", Sample.job(name), now: self.now)
        }
        #expect(error?.reason == .invalid)
        #expect(error?.document[path: "details", "causes"]?[0]?.string(at: "field") == field)
    }

    @Test("generateName makes names that differ")
    func generatesNames() throws {
        var store = Sample.store()
        var draft = Sample.job()
        draft["metadata"] = ["generateName": "run-"]
        let first = try store.create(.pyTorchJobs, namespace: "maas", draft, now: self.now)
        let second = try store.create(.pyTorchJobs, namespace: "maas", draft, now: self.now)
        #expect(first.name.hasPrefix("run-"))
        #expect(first.name != second.name)
    }

    // MARK: Changing

    @Test("An outdated version is a Conflict")
    func refusesStaleUpdates() throws {
        var store = Sample.store()
        let job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        var changed = job
        changed[path: "metadata", "labels"] = ["a": "b"]
        _ = try store.update(self.key("demo-1"), changed)
        let error = #expect(throws: APIStatus.self) { try store.update(self.key("demo-1"), changed) }
        #expect(error?.reason == .conflict)
    }

    @Test("The status changes through its own subresource only; the spec counts generations")
    func separatesStatus() throws {
        var store = Sample.store()
        var job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        job["status"] = ["startTime": "x"]
        job[path: "spec", "nprocPerNode"] = "2"
        let updated = try store.update(self.key("demo-1"), job)
        #expect(updated["status"] == nil)
        #expect(updated.integer(at: "metadata", "generation") == 2)
        var draft = updated
        draft["status"] = ["startTime": "x"]
        draft[path: "spec", "nprocPerNode"] = "4"
        let status = try store.updateStatus(self.key("demo-1"), draft)
        #expect(status.string(at: "status", "startTime") == "x")
        #expect(status.string(at: "spec", "nprocPerNode") == "2")
        #expect(status.integer(at: "metadata", "generation") == 2)
    }

    @Test("An update that changes nothing makes no new version")
    func ignoresNoChange() throws {
        var store = Sample.store()
        let job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        let before = store.revision
        _ = try store.update(self.key("demo-1"), job)
        #expect(store.revision == before)
    }

    // MARK: Listing

    @Test("Pages of a list show one revision, even if objects change in between")
    func pagesAreConsistent() throws {
        var store = Sample.store()
        for number in 1...5 {
            _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("job-\(number)"), now: self.now)
        }
        let first = try store.list(self.jobs, limit: 2)
        #expect(first.items.map(\.name) == ["job-1", "job-2"])
        #expect(first.remaining == 3)
        _ = try store.delete(self.key("job-4"), DeletionOptions(), now: self.now)
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("job-3b"), now: self.now)
        store.modify(self.key("job-5")) { $0[path: "metadata", "labels"] = ["new": "1"] }
        let second = try store.list(self.jobs, limit: 2, token: first.continuation)
        #expect(second.items.map(\.name) == ["job-3", "job-4"])
        #expect(second.revision == first.revision)
        let third = try store.list(self.jobs, limit: 2, token: second.continuation)
        #expect(third.items.map(\.name) == ["job-5"])
        #expect(third.items[0].strings(at: "metadata", "labels").isEmpty)
        #expect(third.continuation == nil)
    }

    @Test("A page older than the window is Expired; an unknown token is BadRequest")
    func pagesExpire() throws {
        var store = Sample.store(window: 3)
        for number in 1...3 {
            _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("job-\(number)"), now: self.now)
        }
        let page = try store.list(self.jobs, limit: 1)
        for number in 4...8 {
            _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("job-\(number)"), now: self.now)
        }
        let expired = #expect(throws: APIStatus.self) { try store.list(self.jobs, limit: 1, token: page.continuation) }
        #expect(expired?.reason == .expired)
        #expect(expired?.code == 410)
        let foreign = #expect(throws: APIStatus.self) { try store.list(self.jobs, limit: 1, token: "???") }
        #expect(foreign?.reason == .badRequest)
    }

    // MARK: Watching

    @Test("A watch resumes from a version, and is told when that has left the window")
    func watchResumes() throws {
        var store = Sample.store(window: 4)
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("a"), now: self.now)
        let seen = store.revision
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("b"), now: self.now)
        _ = try store.delete(self.key("a"), DeletionOptions(), now: self.now)
        let events = try store.events(self.jobs, after: seen)
        #expect(events.map(\.type) == [.added, .deleted])
        #expect(events.last?.object.resourceVersion == "\(store.revision)")
        for number in 1...5 {
            _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("c\(number)"), now: self.now)
        }
        let error = #expect(throws: APIStatus.self) { try store.events(self.jobs, after: seen) }
        #expect(error?.message == "too old resource version: \(seen) (\(store.revision))")
        #expect(try store.events(self.jobs, after: store.revision).isEmpty)
        let early = #expect(throws: APIStatus.self) { try store.events(self.jobs, after: store.revision + 1) }
        #expect(early?.reason == .expired)
    }

    @Test("What could not be stored is undone: objects, version and history", arguments: [2, 100])
    func undoes(window: Int) throws {
        var store = Sample.store(window: window)
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("a"), now: self.now)
        _ = store.takeChanges()
        let (objects, revision) = (store.objects, store.revision)
        _ = try store.delete(self.key("a"), DeletionOptions(), now: self.now)
        for name in ["b", "c"] {
            _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(name), now: self.now)
        }
        store.modify(self.key("b")) { $0["status"] = ["conditions": []] }
        store.undo(store.takeChanges())
        #expect(store.objects == objects && store.revision == revision && !store.hasChanges)
        #expect(try store.events(self.jobs, after: revision).isEmpty)
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("d"), now: self.now)
        #expect(try store.events(self.jobs, after: revision).map(\.object.name) == ["d"])
    }

    @Test("An object that begins or ceases to match is added or deleted for that watch")
    func watchFollowsSelectors() throws {
        var store = Sample.store()
        let filter = ResourceFilter(kind: .pyTorchJobs, labels: try LabelSelector("state=on"))
        let begin = store.revision
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("a"), now: self.now)
        store.modify(self.key("a")) { $0[path: "metadata", "labels"] = ["state": "on"] }
        store.modify(self.key("a")) { $0[path: "metadata", "labels"] = ["state": "on", "more": "1"] }
        store.modify(self.key("a")) { $0[path: "metadata", "labels"] = ["state": "off"] }
        #expect(try store.events(filter, after: begin).map(\.type) == [.added, .modified, .deleted])
    }

    // MARK: Deleting

    @Test("Failed preconditions are a Conflict, and nothing is deleted")
    func checksPreconditions() throws {
        var store = Sample.store()
        let job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        var options = DeletionOptions()
        options.uid = "another"
        let error = #expect(throws: APIStatus.self) { try store.delete(self.key("demo-1"), options, now: self.now) }
        #expect(error?.reason == .conflict)
        options.uid = job.uid
        options.resourceVersion = "1"
        #expect(throws: APIStatus.self) { try store.delete(self.key("demo-1"), options, now: self.now) }
        options.resourceVersion = job.resourceVersion
        guard case .removed = try store.delete(self.key("demo-1"), options, now: self.now) else {
            Issue.record("not removed")
            return
        }
    }

    @Test("Deleting in the foreground keeps the job until its pods are gone")
    func deletesInForeground() throws {
        var store = Sample.store()
        let job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        let pod = PyTorchJobLayout(job).pod(for: PyTorchJobLayout(job).replicas[0])
        _ = try store.create(.pods, namespace: "maas", pod, now: self.now)
        store.modify(self.key("demo-1-master-0", .pods)) {
            $0.bind(to: "local", gpus: [0])
            $0["status"] = ["phase": "Running"]
        }
        var options = DeletionOptions()
        options.propagation = .foreground
        guard case .pending(let leaving) = try store.delete(self.key("demo-1"), options, now: self.now) else {
            Issue.record("gone at once")
            return
        }
        #expect(leaving.elements(at: "metadata", "finalizers") == ["foregroundDeletion"])
        store.collectGarbage(now: self.now)
        #expect(try store.get(self.key("demo-1-master-0", .pods)).isBeingDeleted)
        #expect(store[self.key("demo-1")] != nil)

        options = DeletionOptions()
        options.gracePeriodSeconds = 0
        _ = try store.delete(self.key("demo-1-master-0", .pods), options, now: self.now)
        store.collectGarbage(now: self.now)
        #expect(store[self.key("demo-1")] == nil)
        #expect(store.takeChanges().suffix(2).map(\.key.name) == ["demo-1-master-0", "demo-1"])
    }

    @Test("Deleting in the background lets the collector take the pods; orphans stay")
    func propagates() throws {
        for propagation in [DeletionOptions.Propagation.background, .orphan] {
            var store = Sample.store()
            let job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
            let pod = PyTorchJobLayout(job).pod(for: PyTorchJobLayout(job).replicas[0])
            _ = try store.create(.pods, namespace: "maas", pod, now: self.now)
            var options = DeletionOptions()
            options.propagation = propagation
            _ = try store.delete(self.key("demo-1"), options, now: self.now)
            store.collectGarbage(now: self.now)
            #expect(store[self.key("demo-1")] == nil)
            let left = store[self.key("demo-1-master-0", .pods)]
            #expect((left != nil) == (propagation == .orphan))
            #expect(left?[path: "metadata", "ownerReferences"] == nil)
        }
    }

    @Test("A running pod gets its grace period; a second deletion can only shorten it")
    func givesGrace() throws {
        var store = Sample.store()
        _ = try store.create(.pods, namespace: "maas", Sample.pod("p", node: "local"), now: self.now)
        store.modify(self.key("p", .pods)) { $0["status"] = ["phase": "Running"] }
        _ = try store.delete(self.key("p", .pods), DeletionOptions(), now: self.now)
        #expect(
            try store.get(self.key("p", .pods)).string(at: "metadata", "deletionTimestamp") == "2026-11-24T01:00:30Z"
        )
        var options = DeletionOptions()
        options.gracePeriodSeconds = 60
        _ = try store.delete(self.key("p", .pods), options, now: self.now)
        #expect(try store.get(self.key("p", .pods)).integer(at: "metadata", "deletionGracePeriodSeconds") == 30)
        options.gracePeriodSeconds = 5
        _ = try store.delete(self.key("p", .pods), options, now: self.now)
        #expect(try store.get(self.key("p", .pods)).integer(at: "metadata", "deletionGracePeriodSeconds") == 5)
    }

    @Test("A grace period may be as long as anybody likes")
    func givesAllTheTime() throws {
        var store = Sample.store()
        _ = try store.create(.pods, namespace: "maas", Sample.pod("p", node: "local"), now: self.now)
        var options = DeletionOptions()
        options.gracePeriodSeconds = .max
        _ = try store.delete(self.key("p", .pods), options, now: self.now)
        let end = try store.get(self.key("p", .pods)).string(at: "metadata", "deletionTimestamp")
        #expect(try #require(end.flatMap(Timestamp.init(kubernetesTime:))) > self.now)
    }

    @Test("A pod without a node, or whose containers have ended, goes at once")
    func removesIdlePods() throws {
        var store = Sample.store()
        _ = try store.create(.pods, namespace: "maas", Sample.pod("waiting"), now: self.now)
        _ = try store.create(.pods, namespace: "maas", Sample.pod("over", node: "local"), now: self.now)
        store.modify(self.key("over", .pods)) { $0["status"] = ["phase": "Failed"] }
        for name in ["waiting", "over"] {
            _ = try store.delete(self.key(name, .pods), DeletionOptions(), now: self.now)
        }
        #expect(store.objects(ResourceFilter(kind: .pods)).isEmpty)
    }

    @Test("A foreign finalizer keeps an object until it is removed")
    func honoursFinalizers() throws {
        var store = Sample.store()
        var draft = Sample.job()
        draft[path: "metadata", "finalizers"] = ["example.com/hold"]
        _ = try store.create(.pyTorchJobs, namespace: "maas", draft, now: self.now)
        _ = try store.delete(self.key("demo-1"), DeletionOptions(), now: self.now)
        store.collectGarbage(now: self.now)
        var held = try store.get(self.key("demo-1"))
        held[path: "metadata", "finalizers"] = nil
        _ = try store.update(self.key("demo-1"), held)
        #expect(store[self.key("demo-1")] == nil)
    }

    @Test("An owner's objects are found while they name it, also after an undone change and a restart")
    func findsOwned() throws {
        var store = Sample.store()
        let job = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        var draft = Sample.pod("p")
        draft[path: "metadata", "ownerReferences"] = [["kind": "PyTorchJob", "uid": .string(job.uid)]]
        _ = try store.create(.pods, namespace: "maas", draft, now: self.now)
        _ = try store.create(.pods, namespace: "maas", Sample.pod("q"), now: self.now)
        let pod = self.key("p", .pods)
        #expect(store.objects(.pods, ownedBy: job.uid, in: "maas").map(\.key) == [pod])
        #expect(store.objects(.services, ownedBy: job.uid, in: "maas").isEmpty)
        _ = store.takeChanges()
        store.modify(pod) { $0.removeOwner(job.uid) }
        #expect(store.objects(.pods, ownedBy: job.uid, in: "maas").isEmpty)
        store.undo(store.takeChanges())
        #expect(store.objects(.pods, ownedBy: job.uid, in: "maas").map(\.key) == [pod])
        let restarted = ResourceStore(objects: store.objects, makeUID: { "" })
        #expect(restarted.objects(.pods, ownedBy: job.uid, in: "maas").map(\.key) == [pod])
        _ = try store.delete(pod, DeletionOptions(), now: self.now)
        #expect(store.objects(.pods, ownedBy: job.uid, in: "maas").isEmpty)
    }

    @Test("A namespace is removed once it is empty")
    func emptiesNamespaces() throws {
        var store = Sample.store()
        _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        _ = try store.delete(ResourceKey(.namespaces, name: "maas"), DeletionOptions(), now: self.now)
        store.collectGarbage(now: self.now)
        #expect(store[self.key("demo-1")] == nil)
        #expect(store[ResourceKey(.namespaces, name: "maas")] == nil)
    }

    @Test("A dry run is a change of a copy")
    func copiesForDryRuns() throws {
        let store = Sample.store()
        var copy = store
        _ = try copy.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: self.now)
        #expect(store[self.key("demo-1")] == nil)
        #expect(store.revision < copy.revision)
    }
}
