internal import MaaSCore
internal import Scheduling
internal import Testing

@testable internal import Dispatching

@Suite("Demand")
struct DemandTests {
    @Test("A pod's requirements are read from the rendered job")
    func reading() throws {
        let spec = try JSONValue(
            parsing: """
                {"nodeSelector": {"gpu": "on"},
                 "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, {"key": "a", "value": "b"}],
                 "affinity": {
                   "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                     {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]}]}},
                   "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                     {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}]}},
                 "containers": [{"resources": {"limits": {
                   "nvidia.com/gpu": 2, "nvidia.com/gpumem": "8192", "nvidia.com/gpucores": 30}}}]}
                """.utf8
        )
        let demand = Demand([
            JobReplica(role: "Master", count: 1, gpusPerPod: 2, podSpec: spec),
            JobReplica(role: "Worker", count: 2, gpusPerPod: 2, podSpec: spec),
        ])
        #expect(demand.pods.count == 3 && demand.gpus == 6)
        #expect(demand.podAntiAffinity == "kubernetes.io/hostname" && demand.podAffinity == nil)
        let pod = try #require(demand.pods.first)
        #expect(pod.nodeSelector == ["gpu": "on"])
        #expect(pod.share == GPUShare(memory: .mebibytes(8192), cores: 30))
        #expect(pod.nodeAffinity == [NodeSelectorTerm([.init(key: "zone", operator: .isIn, values: ["a", "b"])])])
        #expect(
            pod.tolerations.map { $0.tolerates(Taint(key: "gpu", value: "x", effect: .noSchedule)) } == [true, false]
        )
        #expect(pod.tolerations.map { $0.tolerates(Taint(key: "a", value: "b", effect: .noExecute)) } == [false, true])
    }

    @Test("A job without requirements may run anywhere")
    func plain() {
        let demand = Demand([JobReplica(role: "Master", count: 1, gpusPerPod: 1)])
        #expect(demand == Demand(gpusPerPod: [1]))
    }
}
