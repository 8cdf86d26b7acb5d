internal import MaaSCore
internal import Scheduling

/// The latest state of an attempt's pods.
struct AttemptPods: Sendable {
    private(set) var byName: [String: PodFacts] = [:]
    /// All pods ever seen, by name.
    private var shown: Set<String> = []
    /// Whether any container of any of them was seen to run or to have run.
    private(set) var haveStarted = false
    /// Since when each troubled pod has been stuck.
    private var troubledSince: [String: Timestamp] = [:]

    mutating func observe(_ pod: PodFacts, now: Timestamp) {
        self.shown.insert(pod.name)
        if !pod.isPending { self.haveStarted = true }
        self.byName[pod.name] = pod
        self.troubledSince[pod.name] = pod.trouble == nil ? nil : self.troubledSince[pod.name] ?? now
    }

    mutating func remove(_ name: String) {
        self.byName[name] = nil
        self.troubledSince[name] = nil
    }

    /// Whether any pod was ever seen.
    var wereShown: Bool { !self.shown.isEmpty }

    /// Whether so many were ever seen.
    func wereShown(_ count: Int) -> Bool { self.shown.count >= count }

    /// Whether none of them holds a GPU.
    var areEnded: Bool { self.byName.values.allSatisfy(\.isEnded) }

    var haveSucceeded: Bool { self.byName.values.contains { $0.isEnded && !$0.isFailed } }

    var haveFailed: Bool { self.byName.values.contains(where: \.isFailed) }

    /// The result with all that the pod which stored the file reported of it; the one that was found without a report.
    func completing(_ found: TaskResult) -> TaskResult {
        self.byName.values.lazy.flatMap(\.reports).compactMap { TaskResult(report: $0) }.first {
            $0.key == found.key && $0.size == found.size
        } ?? found
    }

    /// What the living pods request.
    var demand: Demand {
        Demand(pods: self.living.map { PodDemand(gpus: $0.gpus, share: $0.share) })
    }

    /// Where the living pods are, once all of them are bound to nodes.
    var placement: Placement? {
        var pods: [Placement.Pod] = []
        for pod in self.living {
            guard let node = pod.node else { return nil }
            pods.append(Placement.Pod(node: node, gpus: pod.gpus, share: pod.share))
        }
        return pods.isEmpty ? nil : Placement(pods)
    }

    /// Sorted, so that equal facts give equal answers.
    private var living: [PodFacts] { self.byName.values.filter { !$0.isEnded }.sorted { $0.name < $1.name } }

    /// Returns the trouble of a pod that has been stuck for `patience` or is stuck for good.
    func trouble(now: Timestamp, patience: Duration, view: ClusterView) -> PodTrouble? {
        for (name, since) in self.troubledSince.sorted(by: { $0.key < $1.key }) {
            guard let trouble = self.byName[name]?.trouble else { continue }
            if trouble.isHopeless || view.hasEnded(patience, since: since, now: now) { return trouble }
        }
        return nil
    }

    /// When patience with each stuck pod ends.
    func patienceDeadlines(_ patience: Duration, view: ClusterView) -> [Timestamp] {
        self.troubledSince.values.compactMap { view.end(of: patience, since: $0) }
    }
}
