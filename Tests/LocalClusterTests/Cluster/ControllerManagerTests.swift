internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Controllers act on a store, without a clock or a loop")
struct ControllerManagerTests {
    private static let nodes = [MaaSConfiguration.LocalCluster.Node(name: "gpu-1", gpus: 2)]
    private let pods = ResourceFilter(kind: .pods, namespace: "maas")
    private var store = Sample.store()
    private var controllers = ControllerManager(nodes: Self.nodes)
    private var faults = FaultPlan()
    private var busyGPUs: [String: Set<Int>] = [:]

    init() {
        self.store.bootstrap(nodes: Self.nodes, namespaces: ["maas"], now: Sample.start)
    }

    @Test("A job becomes a pod, the pod is bound to a node, and both are recorded; then there is nothing left to do")
    mutating func startsAJob() throws {
        _ = try self.store.create(.pyTorchJobs, namespace: "maas", Sample.job(gpus: 2), now: Sample.start)
        self.settle(at: 0)
        let pod = try #require(self.store.objects(self.pods).first?.value)
        #expect(pod.string(at: "spec", "nodeName") == "gpu-1")
        #expect(pod.gpuIndexes == [0, 1])
        let events = self.store.objects(ResourceFilter(kind: .events)).compactMap { $0.value.string(at: "reason") }
        #expect(events.contains("Scheduled"))
        let revision = self.store.revision
        self.settle(at: 0)
        #expect(self.store.revision == revision)
    }

    @Test("A pod waits while containers hold the GPUs, and is bound when they are free")
    mutating func waitsForGPUs() throws {
        self.busyGPUs = ["gpu-1": [0]]
        _ = try self.store.create(.pyTorchJobs, namespace: "maas", Sample.job(gpus: 2), now: Sample.start)
        self.settle(at: 0)
        let waiting = try #require(self.store.objects(self.pods).first?.value)
        #expect(waiting.string(at: "spec", "nodeName") == nil)
        #expect(waiting.unschedulableMessage != nil)
        self.busyGPUs = [:]
        self.settle(at: 1)
        #expect(self.store[self.key(waiting)]?.string(at: "spec", "nodeName") == nil, "nobody has said so")
        self.controllers.requestScheduling()
        self.settle(at: 1)
        #expect(self.store[self.key(waiting)]?.string(at: "spec", "nodeName") == "gpu-1")
    }

    @Test("Without the operator no job is handled; afterwards each is")
    mutating func operatorDown() throws {
        self.faults.isOperatorDown = true
        _ = try self.store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: Sample.start)
        self.settle(at: 0)
        #expect(self.store.objects(self.pods).isEmpty)
        self.faults.isOperatorDown = false
        self.settle(at: 0)
        #expect(self.store.objects(self.pods).count == 1)
    }

    @Test("A slow operator schedules a new job for later, and handles it then")
    mutating func statusDelay() throws {
        self.faults.statusDelay = 10
        _ = try self.store.create(.pyTorchJobs, namespace: "maas", Sample.job(), now: Sample.start)
        self.settle(at: 0)
        #expect(self.store.objects(self.pods).isEmpty)
        #expect(self.controllers.nextDue == Sample.start.advanced(bySeconds: 10))
        self.settle(at: 10)
        #expect(self.store.objects(self.pods).count == 1)
    }

    /// As the cluster does it: changes and reactions follow each other.
    private mutating func settle(at seconds: Int) {
        let now = Sample.start.advanced(bySeconds: seconds)
        let busy = self.busyGPUs
        repeat {
            for change in self.store.takeChanges() {
                self.controllers.observe(change, faults: self.faults, now: now)
            }
        } while self.controllers.act(on: &self.store, faults: self.faults, busyGPUs: { busy }, now: now)
    }

    private func key(_ pod: JSONValue) -> ResourceKey {
        ResourceKey(.pods, namespace: "maas", name: pod.string(at: "metadata", "name") ?? "")
    }
}
