internal import MaaSCore

/// Carries out the actions of a ``PodLifecycle``: starts containers, stops them, reports.
@LoopActor
final class PodRunner {
    /// A report of the runner to the node.
    enum Report {
        /// The status has changed.
        case changed
        /// Something occurred that is worth an event.
        case noted(EventNote)
        /// Every container has ended.
        case finished
    }

    /// The pod as it was bound to the node.
    let pod: JSONValue
    let key: ResourceKey
    let node: String
    private(set) var lifecycle: PodLifecycle
    private var containers: [String: RunningContainer] = [:]
    private let startedAt = Timestamp.now()
    private let environment: NodeEnvironment
    private let report: @LoopActor (PodRunner, Report) -> Void
    private var graceTimer: LoopTimer?
    private var retryTimer: LoopTimer?
    private var deadlineTimer: LoopTimer?

    init(
        _ pod: JSONValue,
        key: ResourceKey,
        environment: NodeEnvironment,
        report: @escaping @LoopActor (PodRunner, Report) -> Void
    ) {
        self.pod = pod
        self.key = key
        self.environment = environment
        self.report = report
        self.node = pod.string(at: "spec", "nodeName") ?? ""
        self.lifecycle = PodLifecycle(pod)
    }

    func begin() {
        if let seconds = self.pod.integer(at: "spec", "activeDeadlineSeconds") {
            self.deadlineTimer = self.timer(after: .seconds(seconds)) { $0.stop(grace: $0.grace, verdict: .deadline) }
        }
        self.perform(self.lifecycle.begin())
    }

    /// Ends the pod: SIGTERM, and SIGKILL after the grace period.
    func stop(grace: Int, verdict: PodLifecycle.Verdict? = nil) {
        self.perform(self.lifecycle.stop(grace: grace, verdict: verdict))
    }

    /// The log of a container that runs now.
    func log(of container: String) -> ContainerLog? { self.containers[container]?.log }

    /// The pod's current status, based on its object.
    func status(over object: JSONValue) -> JSONValue {
        PodStatus(pod: object, lifecycle: self.lifecycle, startedAt: self.startedAt).document(now: .now())
    }

    private var grace: Int { self.pod.integer(at: "spec", "terminationGracePeriodSeconds") ?? 30 }

    private func perform(_ actions: [PodLifecycle.Action]) {
        for action in actions {
            switch action {
            case .start(let name): self.start(name)
            case .terminate(let name): self.containers[name]?.terminate()
            case .kill(let name): self.containers[name]?.kill()
            case .awaitGrace(let seconds):
                self.graceTimer?.close()
                self.graceTimer = self.timer(after: .seconds(seconds)) { $0.perform($0.lifecycle.graceElapsed()) }
            case .awaitRetry:
                self.retryTimer?.close()
                self.retryTimer = self.timer(after: .seconds(10)) { $0.perform($0.lifecycle.retry()) }
            case .finish: self.finish()
            }
        }
        self.report(self, .changed)
    }

    private func start(_ name: String) {
        let specs = self.pod.elements(at: "spec", "initContainers") + self.pod.elements(at: "spec", "containers")
        guard let spec = specs.first(where: { $0.string(at: "name") == name }) else { return }
        do {
            let plan = try ContainerPlan(
                pod: self.pod,
                container: spec,
                context: self.environment.context(for: self.pod)
            )
            let container = try RunningContainer(
                plan,
                hostname: self.pod.name,
                in: self.environment.sandbox,
                logPath: try self.environment.makeLogPath(of: name, in: self.pod)
            )
            self.containers[name] = container
            self.lifecycle.didStart(name, now: .now())
            self.report(self, .noted(.normal("Started", "Started container \(name)")))
            LoopActor.immediate { [self] in
                let end = await container.waitForEnd()
                self.containers[name] = nil
                self.perform(self.lifecycle.didEnd(name, end))
            }
        } catch {
            self.report(self, .noted(.warning(error.reason == "ErrImagePull" ? "Failed" : error.reason, error.message)))
            // Like kubelet, shows the back-off rather than the error.
            let reason = error.reason == "ErrImagePull" ? "ImagePullBackOff" : error.reason
            self.perform(self.lifecycle.cannotStart(name, reason: reason, message: error.message))
        }
    }

    private func finish() {
        for timer in [self.graceTimer, self.retryTimer, self.deadlineTimer] { timer?.close() }
        self.report(self, .finished)
    }

    private func timer(after delay: Duration, _ action: @escaping @LoopActor (PodRunner) -> Void) -> LoopTimer {
        let timer = LoopTimer { [weak self] in
            if let self { action(self) }
        }
        timer.start(after: delay)
        return timer
    }
}
