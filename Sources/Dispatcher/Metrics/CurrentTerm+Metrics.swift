internal import Dispatching
internal import MaaSCore

extension CurrentTerm {
    /// Registers the term's gauges. A standby reports only the queue's limit, and that it does not lead.
    ///
    /// Counters start at zero in each leader: sum over the replicas.
    func register(in metrics: Metrics, classes: PriorityClasses, queueLimit: Int) {
        metrics.gauge("maas_dispatcher_leader", help: "1 if this dispatcher is the leader, 0 if it is on standby.") {
            self.term == nil ? 0 : 1
        }
        metrics.gauge("maas_dispatcher_epoch", help: "The leader's term, which increases with each change of leader.") {
            self.term.map { Double($0.epoch) }
        }
        metrics.gauge("maas_queue_tasks", help: "Waiting tasks, by priority class.", labels: ["class"]) {
            self.depths(classes).map { ([$0.name], Double($0.count)) }
        }
        metrics.gauge("maas_queue_limit", help: "Waiting tasks at which the gateway refuses submissions.") {
            Double(queueLimit)
        }
        metrics.gauge(
            "maas_queue_oldest_age_seconds",
            help: "Age of the longest-waiting task, by priority class.",
            labels: ["class"]
        ) { self.depths(classes).map { ([$0.name], $0.age.inSeconds) } }
        metrics.gauge("maas_queue_reasons", help: "Waiting tasks, by the reason for waiting.", labels: ["reason"]) {
            self.term?.reasons.map { ([$0.key.rawValue], Double($0.value)) } ?? []
        }
        metrics.gauge(
            "maas_gpus",
            help: "GPUs: usable by tasks (once they are known), allocated to tasks, and held free for the next task.",
            labels: ["state"]
        ) {
            guard let term = self.term else { return [] }
            let counts: [(state: String, count: Int?)] = term.read { core, _ in
                [("capacity", core.capacity), ("promised", core.promisedGPUs), ("kept", core.keptGPUs)]
            }
            return counts.compactMap { state, count in count.map { ([state], Double($0)) } }
        }
        metrics.gauge(
            "maas_cluster_watch_silence_seconds",
            help: "Seconds since a Kubernetes watch last received anything; bookmarks arrive about once a minute.",
            labels: ["of"]
        ) { self.term?.watchSilences.map { ([$0.name], $0.silence.inSeconds) } ?? [] }
    }

    private func depths(_ classes: PriorityClasses) -> [(name: String, count: Int, age: Duration)] {
        guard let term = self.term else { return [] }
        return term.read { core, now in
            zip(classes.names, core.depths).map { name, depth in
                (name, depth.count, depth.oldest.map { max(.zero, now - $0) } ?? .zero)
            }
        }
    }
}
