internal import MaaSCore

/// Runs the pods bound to the nodes of this machine, like kubelet in a real cluster.
@LoopActor
final class NodeAgent {
    /// A report of the agent to the cluster.
    enum Report {
        case status(ResourceKey, uid: String, JSONValue)
        case event(ResourceKey, uid: String, EventNote)
        /// The containers of a pod that is being deleted have ended, so its object can be removed.
        case gone(ResourceKey, uid: String)
        /// GPUs have become free.
        case released
    }

    private let environment: NodeEnvironment
    /// By uid: a pod recreated under the same name is another one.
    private var runners: [String: PodRunner] = [:]
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []
    private var isStopping = false
    /// The receiver of reports; set once by the cluster.
    var report: @LoopActor (Report) -> Void = { _ in }
    /// Returns the current object of a pod.
    var object: @LoopActor (ResourceKey) -> JSONValue? = { _ in nil }

    init(_ environment: NodeEnvironment) {
        self.environment = environment
    }

    /// GPUs by node that containers hold, whatever the objects say.
    var busyGPUs: [String: Set<Int>] {
        self.runners.values.reduce(into: [:]) { $0[$1.node, default: []].formUnion($1.pod.gpuIndexes) }
    }

    /// Reacts to a change of a pod's object.
    func observe(_ change: ResourceChange) {
        let pod = change.object
        let runner = self.runners[pod.uid]
        if change.kind == .deleted {
            if let runner {
                runner.stop(grace: 0)
            } else {
                self.environment.removeFiles(ofPod: pod.uid)
            }
        } else if pod.isBeingDeleted {
            let grace = pod.integer(at: "metadata", "deletionGracePeriodSeconds") ?? 0
            if let runner {
                if change.previous?.integer(at: "metadata", "deletionGracePeriodSeconds") != grace {
                    self.report(
                        .event(change.key, uid: pod.uid, .normal("Killing", "Stopping the containers of the pod"))
                    )
                    runner.stop(grace: grace)
                }
            } else if pod.string(at: "spec", "nodeName") != nil {
                self.report(.gone(change.key, uid: pod.uid))
            }
        } else if runner == nil, pod.string(at: "spec", "nodeName") != nil, !pod.isOver, !self.isStopping {
            self.run(pod, key: change.key)
        }
    }

    /// The path of a container's log, and its writer if it runs.
    func log(of container: String, in pod: JSONValue) -> (path: String, live: ContainerLog?) {
        (self.environment.logPath(of: container, in: pod), self.runners[pod.uid]?.log(of: container))
    }

    /// Removes the files of unknown pods.
    func tidy(knownPods: Set<String>) {
        self.environment.removeFiles(exceptOf: knownPods)
    }

    /// Ends every pod, with a grace period of at most `grace` seconds.
    func stop(grace: Int) async {
        self.isStopping = true
        for runner in self.runners.values {
            let own = runner.pod.integer(at: "spec", "terminationGracePeriodSeconds") ?? 30
            runner.stop(grace: min(grace, own), verdict: .shutdown)
        }
        if !self.runners.isEmpty { await withCheckedContinuation { self.idleWaiters.append($0) } }
    }

    private func run(_ pod: JSONValue, key: ResourceKey) {
        let runner = PodRunner(pod, key: key, environment: self.environment) { [unowned self] in self.handle($0, $1) }
        self.runners[pod.uid] = runner
        runner.begin()
    }

    private func handle(_ runner: PodRunner, _ what: PodRunner.Report) {
        let uid = runner.pod.uid
        switch what {
        case .noted(let note):
            self.report(.event(runner.key, uid: uid, note))
        case .changed, .finished:
            let isFinished = if case .finished = what { true } else { false }
            // Before the report, so that its receiver finds the GPUs free.
            if isFinished { self.runners[uid] = nil }
            let object = self.object(runner.key).flatMap { $0.uid == uid ? $0 : .none }
            if let object { self.report(.status(runner.key, uid: uid, runner.status(over: object))) }
            guard isFinished else { return }
            if object == nil {
                self.environment.removeFiles(ofPod: uid)
            } else if object?.isBeingDeleted == true {
                self.report(.gone(runner.key, uid: uid))
            }
            self.report(.released)
            if self.runners.isEmpty {
                let waiters = self.idleWaiters
                self.idleWaiters = []
                for waiter in waiters { waiter.resume() }
            }
        }
    }
}
