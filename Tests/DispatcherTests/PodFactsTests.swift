internal import Dispatching
internal import KubernetesClient
internal import MaaSCore
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

    @Test("A pod is pending until a container of it runs")
    func pending() {
        #expect(self.facts(node: "n").isPending && !self.facts(phase: "Running", node: "n").isPending)
    }
}
