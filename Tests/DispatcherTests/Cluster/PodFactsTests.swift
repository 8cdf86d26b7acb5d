internal import Dispatching
internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Scheduling
internal import Testing

@testable internal import Dispatcher

@Suite("Pods as the dispatcher sees them")
struct PodFactsTests {
    private func facts(
        phase: String = "Pending",
        node: String? = nil,
        deleted: String? = nil,
        conditions: [JSONValue] = []
    ) -> PodFacts {
        PodFacts(
            Pod([
                "metadata": ["name": "p", "uid": "u", "deletionTimestamp": JSONValue(deleted)],
                "spec": ["nodeName": JSONValue(node)],
                "status": [
                    "phase": .string(phase), "conditions": .array(conditions),
                    "containerStatuses": [["name": "c", "state": ["waiting": ["reason": "ContainerCreating"]]]],
                ],
            ])
        )
    }

    @Test("A pod without a node is unplaced, even if no scheduler has looked at it")
    func unplaced() {
        let refused: JSONValue = ["type": "PodScheduled", "status": "False", "message": "0/3 nodes"]
        #expect(self.facts().trouble == .unplaced)
        #expect(self.facts(conditions: [refused]).trouble == .unplaced)
        #expect(self.facts(node: "n").trouble == nil)
    }

    @Test("A pod that is taken away before it ran is stranded; one that ran is not")
    func stranded() {
        let disrupted: JSONValue = ["type": "DisruptionTarget", "status": "True"]
        #expect(self.facts(node: "n", deleted: "2026-01-02T03:04:05Z").trouble == .stranded)
        #expect(self.facts(node: "n", conditions: [disrupted]).trouble == .stranded)
        #expect(self.facts(phase: "Running", node: "n", deleted: "2026-01-02T03:04:05Z").trouble == nil)
    }

    /// The API server writes 20000 as `20k`.
    @Test("A pod takes the share of a card that its job was planned with, and leaves the rest")
    @LoopActor
    func share() {
        func spec(_ memory: JSONValue) -> JSONValue {
            ["nodeName": "n", "containers": [["resources": ["limits": ["nvidia.com/gpumem": memory]]]]]
        }
        let now = Timestamp(milliseconds: 1_000_000)
        let demand = Demand([JobReplica(role: "Master", count: 1, gpusPerPod: 1, podSpec: spec(20_000))])
        func queued() -> QueuedTask {
            QueuedTask(
                attempt: AttemptID(task: TaskID.make(), number: 1),
                user: "ada",
                priority: .normal,
                queuedAt: now,
                plan: JobPlan(
                    jobName: "job",
                    workload: Workload(template: "demo"),
                    demand: demand,
                    expectedDuration: .seconds(10),
                    timeLimit: .seconds(100)
                )
            )
        }
        func begun(_ core: inout DispatchCore) -> [AttemptID] {
            core.orders(now: now).compactMap { if case .begin(let task) = $0 { task.attempt } else { nil } }
        }
        var core = DispatchCore(policy: DispatchPolicy())
        core.take(.nodes([NodeCapacity(name: "n", gpus: 1, memoryPerGPU: 40_000)]), now: now)
        let (first, second) = (queued(), queued())
        core.take(.queued(first), now: now)
        #expect(begun(&core) == [first.attempt])
        core.began(first.attempt, true, now: now)
        let pod = PodFacts(Pod(["metadata": ["name": "p"], "spec": spec("20k"), "status": ["phase": "Running"]]))
        core.take(.pod(first.attempt, pod), now: now)
        core.take(.queued(second), now: now)
        #expect(begun(&core) == [second.attempt])
    }

    /// HAMi gives a card to a container that names any part of one, and counts init containers.
    @Test(
        "A pod takes what its job was planned with",
        arguments: [
            ["containers": [["resources": ["limits": ["nvidia.com/gpucores": 50]]]]],
            ["containers": [["resources": ["limits": ["nvidia.com/gpumem-percentage": 100]]]]],
            ["containers": [["resources": ["limits": ["nvidia.com/gpumem-percentage": 50]]]]],
            ["containers": [[:]], "initContainers": [["resources": ["limits": ["nvidia.com/gpumem": 8192]]]]],
        ] as [JSONValue]
    )
    func planned(spec: JSONValue) throws {
        let pod = PodFacts(Pod(["metadata": ["name": "p"], "spec": spec]))
        #expect(pod.gpus == 1)
        let replica = JobReplica(role: "Pod", count: 1, gpusPerPod: pod.gpus, podSpec: spec)
        #expect(Demand([replica]).pods == [PodDemand(gpus: 1, share: pod.share)])
    }

    @Test("A pod is pending until a container of it runs")
    func pending() {
        #expect(self.facts(node: "n").isPending && !self.facts(phase: "Running", node: "n").isPending)
    }
}
