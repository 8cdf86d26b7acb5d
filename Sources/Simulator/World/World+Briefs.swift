internal import Dispatching
internal import Scheduling

/// Short descriptions of what dispatchers see and do, for traces.
extension World {
    func brief(_ attempt: AttemptID) -> String {
        "\(self.database.task(attempt.task)?.index ?? -1)/\(attempt.number)"
    }

    func brief(_ fact: ClusterFact) -> String {
        switch fact {
        case .nodes(let nodes): "nodes \(nodes.map { "\($0.name): \($0.gpus)" })"
        case .jobsListed(let jobs): "all jobs: \(jobs.map { "\(self.brief($0.attempt)) \($0.phase)" })"
        case .job(let job): "job \(self.brief(job.attempt)) \(job.phase)"
        case .jobGone(let attempt, _): "job \(self.brief(attempt)) gone"
        case .podsListed(let pods): "all pods: \(pods.map { self.brief($0.attempt, $0.pod) })"
        case .pod(let attempt, let pod): "pod \(self.brief(attempt, pod))"
        case .podGone(let attempt, _): "pod \(self.brief(attempt)) gone"
        case .view(let isCurrent): isCurrent ? "everything as it happens" : "nothing new"
        }
    }

    private func brief(_ attempt: AttemptID, _ pod: PodFacts) -> String {
        "\(self.brief(attempt)) \(pod.isEnded ? "ended" : "live") on \(pod.node ?? "-")"
    }

    func brief(_ order: DispatchOrder) -> String {
        switch order {
        case .begin(let task): "begin \(self.brief(task.attempt))"
        case .step(let id, _, let step): "\(self.brief(id)) \(step)"
        case .tell(let id, let stage): "\(self.brief(id)) is \(stage)"
        case .recordNodes(let id, let nodes): "\(self.brief(id)) is on \(nodes)"
        case .recordRelease(let id): "\(self.brief(id)) has given its GPUs back"
        }
    }
}
