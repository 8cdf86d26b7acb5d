internal import Dispatching
internal import KubernetesClient
internal import Testing

@testable internal import Dispatcher

@Suite("Peers of steps")
struct StepPeerTests {
    @Test("A webhook that hangs holds up submissions only, and leaves connections for lookups and deletions")
    func hangingWebhook() {
        #expect(AttemptStep.submit.peer == .admission)
        #expect(AttemptStep.lookUp.peer == .cluster && AttemptStep.delete(uid: "u").peer == .cluster)
        #expect(StepPeer.admission.limit <= KubernetesClient.connections / 2)
    }
}
