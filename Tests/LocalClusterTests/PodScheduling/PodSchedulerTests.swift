internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("The pod scheduler")
struct PodSchedulerTests {
    private let scheduler = PodScheduler()

    private func key(_ name: String) -> ResourceKey { ResourceKey(.pods, namespace: "maas", name: name) }

    @Test("GPUs are assigned by index, never twice")
    func binds() {
        let running = Sample.pod("a", gpus: 1, node: "n1", holding: [1])
        let decisions = self.scheduler.decide(
            nodes: [Sample.node("n1", gpus: 3)],
            pods: [running, Sample.pod("b", gpus: 1), Sample.pod("c", gpus: 1), Sample.pod("d", gpus: 1)],
            busy: [:]
        )
        #expect(
            decisions == [
                .bind(pod: self.key("b"), node: "n1", gpus: [0]),
                .bind(pod: self.key("c"), node: "n1", gpus: [2]),
                .unschedulable(pod: self.key("d"), message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."),
            ]
        )
    }

    @Test("A pod that is over holds nothing; a container that outlives its object does")
    func frees() {
        var over = Sample.pod("a", gpus: 1, node: "n1", holding: [0])
        over["status"] = ["phase": "Succeeded"]
        let nodes = [Sample.node("n1", gpus: 1)]
        let waiting = Sample.pod("b", gpus: 1)
        #expect(
            self.scheduler.decide(nodes: nodes, pods: [over, waiting], busy: [:]) == [
                .bind(pod: self.key("b"), node: "n1", gpus: [0])
            ]
        )
        let held = self.scheduler.decide(nodes: nodes, pods: [waiting], busy: ["n1": [0]])
        guard case .unschedulable = held[0] else {
            Issue.record("the GPU of a running container was given away")
            return
        }
    }

    @Test("A smaller pod passes one that does not fit; a cordoned or unmatched node accepts none")
    func choosesNodes() {
        var cordoned = Sample.node("n1", gpus: 8)
        cordoned[path: "spec", "unschedulable"] = true
        var picky = Sample.pod("c")
        picky[path: "spec", "nodeSelector"] = ["gpu": "h100"]
        let decisions = self.scheduler.decide(
            nodes: [cordoned, Sample.node("n2", gpus: 1)],
            pods: [Sample.pod("a", gpus: 2), Sample.pod("b", gpus: 1), picky],
            busy: [:]
        )
        #expect(decisions[1] == .bind(pod: self.key("b"), node: "n2", gpus: [0]))
        #expect(
            decisions[0]
                == .unschedulable(
                    pod: self.key("a"),
                    message: "0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable."
                )
        )
        guard case .unschedulable(_, let message) = decisions[2] else {
            Issue.record("bound to a node it does not want")
            return
        }
        #expect(message.contains("node affinity/selector"))
    }
}
