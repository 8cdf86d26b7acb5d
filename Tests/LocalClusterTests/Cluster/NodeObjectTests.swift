internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Nodes")
struct NodeObjectTests {
    private func node(_ hami: MaaSConfiguration.LocalCluster.HAMi = .none) -> MaaSConfiguration.LocalCluster.Node {
        var node = MaaSConfiguration.LocalCluster.Node(name: "n1", gpus: 2)
        var taint = MaaSConfiguration.LocalCluster.Taint()
        taint.key = "gpu"
        node.taints = [taint]
        node.labels = ["pool": "h100"]
        node.hami = hami
        return node
    }

    private func object(_ node: MaaSConfiguration.LocalCluster.Node, faults: JSONValue = [:]) throws -> JSONValue {
        let object = NodeObject(node, faults: try FaultPlan(faults))
        var document = object.draft
        object.report(into: &document, now: Sample.start)
        return document
    }

    @Test("Labels and taints are the configuration's")
    func describes() throws {
        let object = try self.object(self.node())
        #expect(object.strings(at: "metadata", "labels")["pool"] == "h100")
        #expect(object.elements(at: "spec", "taints").map { $0.string(at: "effect") } == ["NoSchedule"])
        #expect(object.allocatableGPUs == 2)
        #expect(object.elements(at: "status", "conditions").first?.string(at: "status") == "True")
    }

    @Test("A lost node is not ready and tainted; one that is back is neither, and keeps its own taints")
    func loses() throws {
        var object = try self.object(self.node(), faults: ["lost_nodes": ["n1"]])
        #expect(object.elements(at: "status", "conditions").first?.string(at: "status") == "Unknown")
        #expect(object.elements(at: "spec", "taints").count == 3)
        NodeObject(self.node()).report(into: &object, now: Sample.start)
        #expect(object.elements(at: "spec", "taints").count == 1)
    }

    @Test("HAMi's annotation, in both forms, has the healthy GPUs; allocatable counts shares")
    func hami() throws {
        let text = try self.object(self.node(.text), faults: ["unhealthy_gpus": ["n1": [1]]])
        let expected =
            "GPU-n1-0,10,81920,100,NVIDIA-H100,0,true,0,hami-core:GPU-n1-1,10,81920,100,NVIDIA-H100,0,false,1,hami-core:"
        #expect(text.strings(at: "metadata", "annotations")[NodeObject.hamiAnnotation] == expected)
        #expect(text.allocatableGPUs == 10)

        let json = try self.object(self.node(.json), faults: ["unhealthy_gpus": ["n1": [1]]])
        let annotation = try #require(json.strings(at: "metadata", "annotations")[NodeObject.hamiAnnotation])
        let devices = try JSONValue(parsing: annotation.utf8).array ?? []
        // As `omitempty` has it: no index for the first, no health for one that is not well.
        #expect(devices.map { $0["index"] == nil } == [true, false])
        #expect(devices.map { $0["health"] == nil } == [false, true])
    }

    @Test("Pods that avoid each other do not share a node")
    func spreads() {
        func pod(_ name: String) -> JSONValue {
            var pod = Sample.pod(name, gpus: 1)
            pod[path: "metadata", "labels", "job"] = "j"
            pod[path: "spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"] = [
                ["topologyKey": "kubernetes.io/hostname", "labelSelector": ["matchLabels": ["job": "j"]]]
            ]
            return pod
        }
        let decisions = PodScheduler().decide(
            nodes: [Sample.node("n1", gpus: 4), Sample.node("n2", gpus: 4)],
            pods: [pod("a"), pod("b"), pod("c")],
            busy: [:],
            devices: ["n1": [2, 3]]
        )
        let key = { ResourceKey(.pods, namespace: "maas", name: $0) }
        #expect(decisions[0] == .bind(pod: key("a"), node: "n1", gpus: [2]))
        #expect(decisions[1] == .bind(pod: key("b"), node: "n2", gpus: [0]))
        #expect(
            decisions[2]
                == .unschedulable(
                    pod: key("c"),
                    message: "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules."
                )
        )
    }
}
