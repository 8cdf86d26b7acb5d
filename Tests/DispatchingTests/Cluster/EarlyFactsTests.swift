internal import Scheduling
internal import Testing

@testable internal import Dispatching

@Suite("Early facts")
struct EarlyFactsTests {
    @Test("Of the nodes only the latest state is kept, and everything else in order")
    func latestNodes() {
        let pods = (1...2).map { ClusterFact.podGone(AttemptTests.id, name: "pod-\($0)") }
        var early = EarlyFacts()
        early.append(pods[0])
        for gpus in 1...1000 { early.append(.nodes([NodeCapacity(name: "n", gpus: gpus)])) }
        early.append(pods[1])
        let facts = early.take()
        #expect(facts.count == 3 && early.take().isEmpty)
        guard case .nodes(let nodes) = facts[0], case .podGone(_, "pod-1") = facts[1],
            case .podGone(_, "pod-2") = facts[2]
        else {
            Issue.record("\(facts)")
            return
        }
        #expect(nodes.map(\.gpus) == [1000])
    }
}
