internal import MaaSCore
internal import Testing

@Suite("Failures")
struct TaskFailureTests {
    @Test("A label of a metric is one of few, whatever code a pod reports")
    func label() {
        #expect(TaskFailure(code: "NODE_LOST", message: "").label == "NODE_LOST")
        #expect(TaskFailure(code: "MY-OWN-4711", message: "").label == "other")
    }
}
