internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("The life of a pod")
struct PodLifecycleTests {
    private let now = Sample.start

    private func lifecycle(initContainers: [String] = [], containers: [String] = ["main"]) -> PodLifecycle {
        let specs = { (names: [String]) in JSONValue.array(names.map { ["name": .string($0), "image": "worker"] }) }
        return PodLifecycle(["spec": ["initContainers": specs(initContainers), "containers": specs(containers)]])
    }

    private func end(_ code: Int) -> ContainerEnd {
        ContainerEnd(exitCode: code, startedAt: self.now, finishedAt: self.now)
    }

    @Test("Init containers run in order, then the others together")
    func ordersContainers() {
        var pod = self.lifecycle(initContainers: ["one", "two"], containers: ["a", "b"])
        #expect(pod.begin() == [.start("one")])
        pod.didStart("one", now: self.now)
        #expect(pod.phase == "Pending")
        #expect(pod.didEnd("one", self.end(0)) == [.start("two")])
        pod.didStart("two", now: self.now)
        #expect(pod.didEnd("two", self.end(0)) == [.start("a"), .start("b")])
        pod.didStart("a", now: self.now)
        pod.didStart("b", now: self.now)
        #expect(pod.phase == "Running")
        #expect(pod.didEnd("a", self.end(0)) == [])
        #expect(pod.phase == "Running")
        #expect(pod.didEnd("b", self.end(0)) == [.finish])
        #expect(pod.phase == "Succeeded")
    }

    @Test("A failed init container fails the pod; the others never start")
    func failsInInit() {
        var pod = self.lifecycle(initContainers: ["one", "two"])
        _ = pod.begin()
        pod.didStart("one", now: self.now)
        #expect(pod.didEnd("one", self.end(3)) == [.finish])
        #expect(pod.phase == "Failed")
    }

    @Test("One bad exit code fails the pod, when all have ended")
    func failsAtTheEnd() {
        var pod = self.lifecycle(containers: ["a", "b"])
        _ = pod.begin()
        for name in ["a", "b"] { pod.didStart(name, now: self.now) }
        #expect(pod.didEnd("a", self.end(1)) == [])
        #expect(pod.phase == "Running")
        #expect(pod.didEnd("b", self.end(0)) == [.finish])
        #expect(pod.phase == "Failed")
    }

    @Test("Stopping: SIGTERM once, a grace period, then SIGKILL")
    func stops() {
        var pod = self.lifecycle()
        _ = pod.begin()
        pod.didStart("main", now: self.now)
        #expect(pod.stop(grace: 30) == [.terminate("main"), .awaitGrace(seconds: 30)])
        #expect(pod.stop(grace: 5) == [.awaitGrace(seconds: 5)])
        #expect(pod.graceElapsed() == [.kill("main")])
        #expect(pod.didEnd("main", self.end(137)) == [.finish])
        #expect(pod.phase == "Failed")
    }

    @Test("Stopping by force kills at once; stopping an unstarted pod finishes it")
    func stopsByForce() {
        var running = self.lifecycle()
        _ = running.begin()
        running.didStart("main", now: self.now)
        #expect(running.stop(grace: 0) == [.kill("main")])
        var waiting = self.lifecycle()
        _ = waiting.begin()
        #expect(waiting.cannotStart("main", reason: "ImagePullBackOff", message: "no such image") == [.awaitRetry])
        #expect(waiting.stop(grace: 30) == [.finish])
    }

    @Test("A container that could not start is retried")
    func retries() {
        var pod = self.lifecycle()
        #expect(pod.begin() == [.start("main")])
        #expect(pod.cannotStart("main", reason: "ImagePullBackOff", message: "no such image") == [.awaitRetry])
        #expect(pod.phase == "Pending")
        #expect(pod.retry() == [.start("main")])
    }

    @Test("The status has the external cause of the pod's end, and that it was the node's fault")
    func reportsVerdicts() {
        var pod = self.lifecycle()
        _ = pod.begin()
        pod.didStart("main", now: self.now)
        _ = pod.stop(grace: 10, verdict: .shutdown)
        _ = pod.didEnd("main", self.end(143))
        let object: JSONValue = ["spec": ["containers": [["name": "main", "image": "worker"]]]]
        let status = PodStatus(pod: object, lifecycle: pod, startedAt: self.now).document(now: self.now)
        #expect(status.string(at: "phase") == "Failed")
        #expect(status.string(at: "reason") == "Shutdown")
        #expect(status.elements(at: "conditions").contains { $0.string(at: "type") == "DisruptionTarget" })
        let state = status.elements(at: "containerStatuses")[0]
        #expect(state.integer(at: "state", "terminated", "exitCode") == 143)
        #expect(state.string(at: "state", "terminated", "reason") == "Error")
    }
}
