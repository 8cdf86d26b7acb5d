internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("The job controller")
struct BatchJobTests {
    /// A job, its pods, and the controller working on them.
    private struct World {
        var job: JSONValue
        var pods: [JSONValue] = []
        var notes: [String] = []
        private var serial = 0

        init(_ spec: JSONValue = [:]) {
            var job: JSONValue = [
                "metadata": ["name": "j", "namespace": "maas", "uid": "job-uid"],
                "spec": ["template": ["spec": ["containers": [["name": "main", "image": "worker"]]]]],
            ]
            for (name, value) in spec.object ?? [:] { job[path: "spec", name] = value }
            self.job = BatchJobAdmission.withDefaults(job)
        }

        /// Lets the controller act until it has nothing to do.
        mutating func settle(at now: Timestamp = Sample.start) {
            for _ in 0..<10 {
                let actions = BatchJobController().reconcile(job: self.job, pods: self.pods, now: now)
                if actions.allSatisfy({ if case .requeue = $0 { true } else { false } }) { return }
                for action in actions { self.carryOut(action) }
            }
            Issue.record("the controller does not come to rest")
        }

        private mutating func carryOut(_ action: ControllerAction) {
            switch action {
            case .createPod(var pod):
                self.serial += 1
                pod[path: "metadata", "name"] = .string(
                    (pod.string(at: "metadata", "generateName") ?? "") + "\(self.serial)"
                )
                pod[path: "metadata", "namespace"] = "maas"
                self.pods.append(pod)
            case .delete(let key):
                guard let index = self.pods.firstIndex(where: { $0.name == key.name }) else { return }
                self.pods[index][path: "metadata", "deletionTimestamp"] = "2026-11-24T01:00:00Z"
            case .removeFinalizer(_, let key):
                guard let index = self.pods.firstIndex(where: { $0.name == key.name }) else { return }
                self.pods[index][path: "metadata", "finalizers"] = nil
                if self.pods[index].isBeingDeleted { self.pods.remove(at: index) }
            case .updateStatus(let status): self.job["status"] = status
            case .record(let note): self.notes.append(note.reason)
            case .createService, .requeue: break
            }
        }

        mutating func end(_ index: Int, _ phase: String) {
            self.pods[index][path: "spec", "nodeName"] = "n1"
            self.pods[index][path: "status", "phase"] = .string(phase)
        }

        var conditions: [String] {
            self.job.elements(at: "status", "conditions").map {
                "\($0.string(at: "type") ?? "")=\($0.string(at: "status") ?? "")"
            }
        }
    }

    @Test("One pod, named and labelled after the job; its success is the job's")
    func succeeds() throws {
        var world = World()
        world.settle()
        let pod = try #require(world.pods.first)
        #expect(world.pods.count == 1 && pod.name == "j-1")
        #expect(pod.strings(at: "metadata", "labels")["batch.kubernetes.io/job-name"] == "j")
        #expect(pod.isOwned(by: "job-uid") && pod.blocksDeletion(of: "job-uid"))
        #expect(world.job.integer(at: "status", "active") == 1)
        world.end(0, "Succeeded")
        world.settle()
        #expect(world.conditions == ["SuccessCriteriaMet=True", "Complete=True"])
        #expect(world.job.integer(at: "status", "succeeded") == 1)
        #expect(world.job.string(at: "status", "completionTime") != nil)
        #expect(world.pods[0].elements(at: "metadata", "finalizers").isEmpty)
    }

    @Test("Without retries a failed pod fails the job, once its last pod has ended")
    func fails() {
        var world = World(["backoffLimit": 0, "parallelism": 2, "completions": 2])
        world.settle()
        world.end(0, "Failed")
        world.end(1, "Running")
        world.settle()
        #expect(world.conditions == ["FailureTarget=True"])
        #expect(world.pods[1].isBeingDeleted)
        world.end(1, "Failed")
        world.settle()
        #expect(world.conditions == ["FailureTarget=True", "Failed=True"])
        #expect(world.notes == ["BackoffLimitExceeded"])
        #expect(world.job.integer(at: "status", "failed") == 2)
    }

    @Test("A failed pod is replaced as often as the limit allows")
    func retries() {
        var world = World(["backoffLimit": 1])
        world.settle()
        world.end(0, "Failed")
        world.settle()
        #expect(world.pods.count == 2 && world.conditions.isEmpty)
        world.end(1, "Failed")
        world.settle()
        #expect(world.conditions.last == "Failed=True")
    }

    @Test("Each pod of an indexed job knows its index, and each index completes once")
    func indexes() throws {
        var world = World(["completionMode": "Indexed", "completions": 3, "parallelism": 2])
        world.settle()
        #expect(world.pods.map(\.name) == ["j-0-1", "j-1-2"])
        let variables = world.pods[1].elements(at: "spec", "containers")[0].elements(at: "env")
        #expect(variables.map { $0.string(at: "value") } == ["1"])
        world.end(1, "Succeeded")
        world.settle()
        #expect(world.job.string(at: "status", "completedIndexes") == "1")
        #expect(world.pods.last?.name == "j-2-3")
        world.end(0, "Succeeded")
        world.end(2, "Succeeded")
        world.settle()
        #expect(world.conditions.last == "Complete=True")
        #expect(world.job.integer(at: "status", "succeeded") == 3)
    }

    @Test("A job that takes too long fails; one that is suspended has no pods")
    func ends() {
        var late = World(["activeDeadlineSeconds": 60])
        late.settle()
        late.end(0, "Running")
        late.settle(at: Sample.start.advanced(bySeconds: 60))
        #expect(late.pods[0].isBeingDeleted && late.conditions == ["FailureTarget=True"])

        var held = World(["suspend": true])
        held.settle()
        #expect(held.pods.isEmpty && held.conditions == ["Suspended=True"])
        held.job[path: "spec", "suspend"] = false
        held.settle()
        #expect(held.pods.count == 1 && held.conditions == ["Suspended=False"])
    }

    @Test("A job that was stored with endless times neither fails nor expires")
    func staysForever() {
        var world = World(["activeDeadlineSeconds": .integer(.max), "ttlSecondsAfterFinished": .integer(.max)])
        world.settle()
        world.end(0, "Succeeded")
        world.settle()
        #expect(world.conditions.last == "Complete=True" && world.pods.allSatisfy { !$0.isBeingDeleted })
        let last = BatchJobController().reconcile(job: world.job, pods: [], now: Sample.start)
        #expect(last.allSatisfy { if case .requeue = $0 { true } else { false } } && last.count == 1)
    }

    @Test("Pods of a deleted job are released")
    func releases() {
        var world = World()
        world.settle()
        world.job[path: "metadata", "deletionTimestamp"] = "2026-11-24T01:00:00Z"
        world.settle()
        #expect(world.pods[0].elements(at: "metadata", "finalizers").isEmpty)
    }

    @Test("What the API server rejects", arguments: ["Always", "Sometimes"])
    func refuses(policy: String) throws {
        var job = World().job
        job[path: "spec", "template", "spec", "restartPolicy"] = .string(policy)
        job[path: "spec", "parallelism"] = -1
        let refusal = #expect(throws: APIStatus.self) { try BatchJobAdmission.check(job) }
        #expect(refusal?.code == 422)
        #expect(refusal?.message.contains("spec.template.spec.restartPolicy") == true)
        #expect(refusal?.message.contains("spec.parallelism") == true)
    }

    @Test("Numbers have the API's formats")
    func knowsFormats() throws {
        var job = World(["activeDeadlineSeconds": .integer(.max)]).job
        job[path: "spec", "template", "spec", "restartPolicy"] = "Never"
        try BatchJobAdmission.check(job)
        job[path: "spec", "ttlSecondsAfterFinished"] = .integer(.max)
        let refusal = #expect(throws: APIStatus.self) { try BatchJobAdmission.check(job) }
        #expect(refusal?.code == 400 && refusal?.message.contains("JobSpec.spec.ttlSecondsAfterFinished") == true)
    }
}
