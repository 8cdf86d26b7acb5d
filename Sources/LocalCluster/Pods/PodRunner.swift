internal import MaaSCore

/// Carries out what a ``PodLifecycle`` decides: starts containers, stops them, reports.
@LoopActor
final class PodRunner {
    /// What a runner tells the node.
    enum Report {
        /// The status has changed.
        case changed
        /// Something worth an event happened.
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
        node = pod.string(at: "spec", "nodeName") ?? ""
        lifecycle = PodLifecycle(pod)
    }

    func begin() {
        if let seconds = pod.integer(at: "spec", "activeDeadlineSeconds") {
            deadlineTimer = timer(after: .seconds(seconds)) { $0.stop(grace: $0.grace, verdict: .deadline) }
        }
        perform(lifecycle.begin())
    }

    /// Ends the pod: SIGTERM, and SIGKILL after the grace period.
    func stop(grace: Int, verdict: PodLifecycle.Verdict? = nil) {
        perform(lifecycle.stop(grace: grace, verdict: verdict))
    }

    /// The log of a container that runs now.
    func log(of container: String) -> ContainerLog? { containers[container]?.log }

    /// The pod's status now, on top of what its object says.
    func status(over object: JSONValue) -> JSONValue {
        PodStatus(pod: object, lifecycle: lifecycle, startedAt: startedAt).document(now: .now())
    }

    private var grace: Int { pod.integer(at: "spec", "terminationGracePeriodSeconds") ?? 30 }

    private func perform(_ actions: [PodLifecycle.Action]) {
        for action in actions {
            switch action {
            case .start(let name): start(name)
            case .terminate(let name): containers[name]?.terminate()
            case .kill(let name): containers[name]?.kill()
            case .awaitGrace(let seconds):
                graceTimer?.close()
                graceTimer = timer(after: .seconds(seconds)) { $0.perform($0.lifecycle.graceElapsed()) }
            case .awaitRetry:
                retryTimer?.close()
                retryTimer = timer(after: .seconds(10)) { $0.perform($0.lifecycle.retry()) }
            case .finish: finish()
            }
        }
        report(self, .changed)
    }

    private func start(_ name: String) {
        let specs = pod.elements(at: "spec", "initContainers") + pod.elements(at: "spec", "containers")
        guard let spec = specs.first(where: { $0.string(at: "name") == name }) else { return }
        do {
            let plan = try ContainerPlan(pod: pod, container: spec, context: environment.context(for: pod))
            let container = try RunningContainer(
                plan,
                hostname: pod.name,
                in: environment.sandbox,
                logPath: try environment.makeLogPath(of: name, in: pod)
            )
            containers[name] = container
            lifecycle.didStart(name, now: .now())
            report(self, .noted(.normal("Started", "Started container \(name)")))
            LoopActor.immediate { [self] in
                let end = await container.waitForEnd()
                containers[name] = nil
                perform(lifecycle.didEnd(name, end))
            }
        } catch {
            report(self, .noted(.warning(error.reason == "ErrImagePull" ? "Failed" : error.reason, error.message)))
            // Kubelet shows the wait between two tries rather than the error.
            let reason = error.reason == "ErrImagePull" ? "ImagePullBackOff" : error.reason
            perform(lifecycle.cannotStart(name, reason: reason, message: error.message))
        }
    }

    private func finish() {
        for timer in [graceTimer, retryTimer, deadlineTimer] { timer?.close() }
        report(self, .finished)
    }

    private func timer(after delay: Duration, _ action: @escaping @LoopActor (PodRunner) -> Void) -> LoopTimer {
        let timer = LoopTimer { [weak self] in
            if let self { action(self) }
        }
        timer.start(after: delay)
        return timer
    }
}
