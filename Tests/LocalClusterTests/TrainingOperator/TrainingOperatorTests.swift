internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("The training operator")
struct TrainingOperatorTests {
    private let now = Sample.start
    private let trainingOperator = TrainingOperator()

    /// A job, its pods and its services, and the operator working on them.
    private struct World {
        var job: JSONValue
        var pods: [JSONValue] = []
        var services: Set<String> = []
        var notes: [String] = []
        var deleted: [ResourceKey] = []

        /// Lets the operator act once; returns whether it did anything to the objects.
        mutating func step(_ trainingOperator: TrainingOperator, now: Timestamp) -> Bool {
            let actions = trainingOperator.reconcile(job: self.job, pods: self.pods, services: self.services, now: now)
            for action in actions {
                switch action {
                case .createPod(let pod): self.pods.append(pod)
                case .createService(let service): self.services.insert(service.name)
                case .updateStatus(let status): self.job["status"] = status
                case .record(let note): self.notes.append(note.reason)
                case .delete(let key):
                    self.deleted.append(key)
                    self.pods.removeAll { key.kind == .pods && $0.name == key.name }
                    if key.kind == .services { self.services.remove(key.name) }
                case .requeue, .removeFinalizer: break
                }
            }
            return !actions.isEmpty
        }

        mutating func settle(_ trainingOperator: TrainingOperator, now: Timestamp) {
            for _ in 0..<10 where !self.step(trainingOperator, now: now) { return }
        }

        mutating func setPhase(_ phase: String, of index: Int, deleting: Bool = false) {
            self.pods[index]["status"] = ["phase": .string(phase)]
            if deleting { self.pods[index][path: "metadata", "deletionTimestamp"] = "2026-11-24T01:00:30Z" }
        }

        var conditions: [String] {
            self.job.elements(at: "status", "conditions").map {
                "\($0.string(at: "type") ?? "")=\($0.string(at: "status") ?? "")"
            }
        }
    }

    private func world(workers: Int = 0, policy: String = "Running") -> World {
        var job = Sample.job(workers: workers, policy: policy)
        job[path: "metadata", "uid"] = "job-uid"
        return World(job: job)
    }

    @Test("Created comes first, then pods, services and events")
    func begins() {
        var world = self.world(workers: 1)
        let acted = world.step(self.trainingOperator, now: self.now)
        #expect(acted)
        #expect(world.conditions == ["Created=True"])
        #expect(world.pods.isEmpty)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.pods.map(\.name) == ["demo-1-master-0", "demo-1-worker-0"])
        #expect(world.services == ["demo-1-master-0", "demo-1-worker-0"])
        #expect(world.notes.filter { $0 == "SuccessfulCreatePod" }.count == 2)
    }

    @Test("Pods carry the operator's labels, owner and environment")
    func describesPods() throws {
        var world = self.world(workers: 2)
        world.job[path: "spec", "nprocPerNode"] = "4"
        world.settle(self.trainingOperator, now: self.now)
        let worker = try #require(world.pods.last)
        let labels = worker.strings(at: "metadata", "labels")
        #expect(labels["training.kubeflow.org/job-name"] == "demo-1")
        #expect(labels["training.kubeflow.org/replica-type"] == "worker")
        #expect(labels["training.kubeflow.org/replica-index"] == "1")
        #expect(labels["training.kubeflow.org/job-role"] == nil)
        #expect(worker.isOwned(by: "job-uid"))
        #expect(worker.blocksDeletion(of: "job-uid"))
        let variables = worker.elements(at: "spec", "containers")[0].elements(at: "env")
        let values = Dictionary(
            variables.map { ($0.string(at: "name") ?? "", $0.string(at: "value") ?? "") },
            uniquingKeysWith: { $1 }
        )
        #expect(values["RANK"] == "2")
        #expect(values["WORLD_SIZE"] == "12")
        #expect(values["MASTER_ADDR"] == "demo-1-master-0")
        #expect(values["PET_NNODES"] == "3")
        #expect(values["PYTHONUNBUFFERED"] == "1")
    }

    @Test("Running follows the master alone; conditions keep their order")
    func runs() {
        var world = self.world(workers: 1)
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Running", of: 1)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.conditions == ["Created=True"])
        world.setPhase("Running", of: 0)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.conditions == ["Created=True", "Running=True"])
        #expect(world.job.integer(at: "status", "replicaStatuses", "Worker", "active") == 1)
    }

    @Test("Success is the master's; the condition changes before the other pods are gone")
    func succeeds() {
        var world = self.world(workers: 1)
        world.settle(self.trainingOperator, now: self.now)
        for index in 0...1 { world.setPhase("Running", of: index) }
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Succeeded", of: 0)
        let acted = world.step(self.trainingOperator, now: self.now)
        #expect(acted)
        #expect(world.conditions == ["Created=True", "Running=False", "Succeeded=True"])
        #expect(world.pods.count == 2)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.pods.map(\.name) == ["demo-1-master-0"])
        #expect(world.job.string(at: "status", "completionTime") != nil)
    }

    @Test("A failed replica fails the job, after which nothing is set", arguments: [0, 1])
    func fails(index: Int) {
        var world = self.world(workers: 1, policy: "None")
        world.settle(self.trainingOperator, now: self.now)
        for index in 0...1 { world.setPhase("Running", of: index) }
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Failed", of: index)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.conditions.last == "Failed=True")
        #expect(world.notes.contains("PyTorchJobFailed"))
        #expect(world.pods.count == 2)
        let status = world.job["status"]
        world.setPhase("Succeeded", of: 0)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.job["status"] == status)
    }

    @Test("A running pod that is being deleted counts as failed")
    func countsDeletedAsFailed() {
        var world = self.world()
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Running", of: 0)
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Running", of: 0, deleting: true)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.conditions.last == "Failed=True")
    }

    @Test("A job that is being deleted is left alone")
    func leavesDeletedJobs() {
        var world = self.world()
        world.job[path: "metadata", "deletionTimestamp"] = "2026-11-24T01:00:00Z"
        let acted = world.step(self.trainingOperator, now: self.now)
        #expect(!acted)
    }

    @Test("A suspended job has no pods until it is resumed")
    func suspends() {
        var world = self.world()
        world.settle(self.trainingOperator, now: self.now)
        world.job[path: "spec", "runPolicy", "suspend"] = true
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.pods.isEmpty)
        #expect(world.conditions.last == "Suspended=True")
        world.job[path: "spec", "runPolicy", "suspend"] = false
        world.settle(self.trainingOperator, now: self.now)
        // The last condition is a false one: whoever looks at that only is misled.
        #expect(world.conditions == ["Created=True", "Suspended=False"])
        #expect(world.notes.contains("PyTorchJobResumed"))
        world.setPhase("Running", of: 0)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.conditions == ["Created=True", "Suspended=False", "Running=True"])
    }

    @Test("The job is deleted when its TTL after the end has elapsed")
    func expires() {
        var world = self.world()
        world.job[path: "spec", "runPolicy", "ttlSecondsAfterFinished"] = 60
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Succeeded", of: 0)
        world.settle(self.trainingOperator, now: self.now)
        let waiting = self.trainingOperator.reconcile(
            job: world.job,
            pods: world.pods,
            services: world.services,
            now: self.now
        )
        #expect(waiting.contains(.requeue(at: self.now.advanced(bySeconds: 60))))
        world.settle(self.trainingOperator, now: self.now.advanced(bySeconds: 60))
        #expect(world.deleted.contains(ResourceKey(.pyTorchJobs, namespace: "maas", name: "demo-1")))
    }

    @Test("A job that was stored with an endless TTL, and more processes than there are numbers, runs and stays")
    func staysForever() {
        var world = self.world(workers: 1)
        world.job[path: "spec", "runPolicy", "ttlSecondsAfterFinished"] = .integer(.max)
        world.job[path: "spec", "nprocPerNode"] = .string("\(Int.max)")
        world.settle(self.trainingOperator, now: self.now)
        world.setPhase("Succeeded", of: 0)
        world.settle(self.trainingOperator, now: self.now)
        #expect(world.conditions.last == "Succeeded=True")
        #expect(!world.deleted.contains { $0.kind == .pyTorchJobs })
    }

    @Test("Numbers have the schema's formats")
    func knowsFormats() throws {
        var job = Sample.job()
        job[path: "spec", "runPolicy", "activeDeadlineSeconds"] = .integer(.max)
        job[path: "spec", "runPolicy", "ttlSecondsAfterFinished"] = .integer(Int64(Int32.max))
        try PyTorchJobAdmission.check(job)
        for (name, number) in [("activeDeadlineSeconds", 1e30), ("ttlSecondsAfterFinished", .integer(.max))]
            as [(String, JSONValue)]
        {
            var wrong = job
            wrong[path: "spec", "runPolicy", name] = number
            let refusal = #expect(throws: APIStatus.self) { try PyTorchJobAdmission.check(wrong) }
            #expect(refusal?.reason == .invalid && refusal?.message.contains("spec.runPolicy.\(name)") == true)
        }
    }

    @Test("The webhook's rules")
    func admits() throws {
        try PyTorchJobAdmission.check(Sample.job(workers: 2))
        func refusal(_ change: (inout JSONValue) -> Void) -> APIStatus? {
            var job = Sample.job()
            change(&job)
            return #expect(throws: APIStatus.self) { try PyTorchJobAdmission.check(job) }
        }
        let master = ["spec", "pytorchReplicaSpecs", "Master"]
        let unquoted = refusal {
            $0[path: master[0], master[1], master[2], "template", "spec", "containers"] = [
                ["name": "pytorch", "image": "x", "env": [["name": "STEPS", "value": 40]]]
            ]
        }
        #expect(unquoted?.message.contains("containers[0].env[0].value: Invalid value") == true)
        #expect(refusal { $0["spec"] = [:] }?.reason == .invalid)
        #expect(refusal { $0[path: master[0], master[1], master[2], "replicas"] = nil }?.reason == .forbidden)
        #expect(
            refusal { $0[path: master[0], master[1], master[2], "replicas"] = 2 }?.message.contains("must be 1") == true
        )
        #expect(refusal { $0[path: master[0], master[1], "Boss"] = [:] }?.message.contains("Boss") == true)
        #expect(refusal { $0[path: "metadata", "name"] = "1abc" }?.message.contains("DNS-1035") == true)
        #expect(
            refusal {
                $0[path: master[0], master[1], master[2], "template", "spec", "containers"] = [
                    ["name": "main", "image": "x"]
                ]
            }?
            .message.contains("name pytorch") == true
        )
    }
}
