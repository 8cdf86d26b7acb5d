internal import MaaSCore
internal import Scheduling

/// The pods of an attempt as they were last seen.
struct AttemptPods: Sendable {
    private(set) var byName: [String: PodFacts] = [:]
    /// Whether any was ever seen.
    private(set) var wereShown = false
    /// Since when a pod does not get further.
    private var troubledSince: [String: Timestamp] = [:]

    mutating func observe(_ pod: PodFacts, now: Timestamp) {
        self.wereShown = true
        self.byName[pod.name] = pod
        self.troubledSince[pod.name] = pod.trouble == nil ? nil : self.troubledSince[pod.name] ?? now
    }

    mutating func remove(_ name: String) {
        self.byName[name] = nil
        self.troubledSince[name] = nil
    }

    /// Whether none of them holds a GPU.
    var areEnded: Bool { self.byName.values.allSatisfy(\.isEnded) }

    var haveSucceeded: Bool { self.byName.values.contains { $0.isEnded && !$0.isFailed } }

    var haveFailed: Bool { self.byName.values.contains(where: \.isFailed) }

    /// What those that live ask for.
    var demand: Demand {
        Demand(pods: self.living.map { PodDemand(gpus: $0.gpus, share: $0.share) })
    }

    /// Where they are, once all of them are somewhere.
    var placement: Placement? {
        var pods: [Placement.Pod] = []
        for pod in self.living {
            guard let node = pod.node else { return nil }
            pods.append(Placement.Pod(node: node, gpus: pod.gpus, share: pod.share))
        }
        return pods.isEmpty ? nil : Placement(pods)
    }

    /// In order, so that the same facts give the same answer.
    private var living: [PodFacts] { self.byName.values.filter { !$0.isEnded }.sorted { $0.name < $1.name } }

    /// What keeps one of them from running, if it has done so for longer than `patience`, or will do so for ever.
    func trouble(now: Timestamp, patience: Duration) -> PodTrouble? {
        for (name, since) in self.troubledSince.sorted(by: { $0.key < $1.key }) {
            guard let trouble = self.byName[name]?.trouble else { continue }
            if trouble.isHopeless || now >= since + patience { return trouble }
        }
        return nil
    }

    /// When patience with one of them may end.
    func patienceEnds(_ patience: Duration) -> [Timestamp] { self.troubledSince.values.map { $0 + patience } }
}
