package import MaaSCore
internal import Scheduling

extension DispatchCore {
    /// Applies an observation of the cluster.
    package mutating func take(_ fact: ClusterFact, now: Timestamp) {
        switch fact {
        case .nodes(let nodes):
            self.scheduler.setNodes(nodes)
            self.isClusterKnown = true
        case .jobsListed(let jobs): self.jobsListed(jobs, now: now)
        case .job(let job): self.jobSeen(job, now: now)
        case .jobGone(let attempt, let uid): self.attempts[attempt]?.jobGone(uid: uid, now: now)
        case .podsListed(let pods): self.podsListed(pods, now: now)
        case .pod(let attempt, let pod): self.podSeen(pod, of: attempt, now: now)
        case .podGone(let attempt, let name):
            self.attempts[attempt]?.podGone(name)
            self.count(attempt, now: now)
        case .view(let isCurrent):
            self.view.change(isCurrent: isCurrent, now: now)
            self.attempts.touchAll()
        }
    }

    /// GPUs held by attempts or promised to them.
    package var promisedGPUs: Int { self.scheduler.promised }
    /// Free GPUs that are kept for the first task that does not fit.
    package var keptGPUs: Int { self.scheduler.kept }
    /// GPUs of all usable nodes; nil before the cluster is known.
    package var capacity: Int? { self.isClusterKnown ? self.scheduler.capacity : nil }

    private mutating func jobSeen(_ sighting: JobSighting, now: Timestamp) {
        let facts = JobFacts.present(uid: sighting.uid, phase: sighting.phase)
        if self.attempts[sighting.attempt] == nil {
            // A finished job needs nothing of us; its living pods, if any, are observed on their own.
            if sighting.phase.isOver { return }
            self.recordSighting(sighting.attempt, jobName: sighting.name, job: facts)
        }
        self.attempts[sighting.attempt]?.observe(job: facts, now: now)
    }

    private mutating func jobsListed(_ sightings: [JobSighting], now: Timestamp) {
        let listed = Set(sightings.map(\.attempt))
        for id in self.attempts.ids where !listed.contains(id) { self.attempts[id]?.jobNotListed() }
        for sighting in sightings { self.jobSeen(sighting, now: now) }
    }

    private mutating func podSeen(_ pod: PodFacts, of id: AttemptID, now: Timestamp) {
        if self.attempts[id] == nil {
            if pod.isEnded { return }
            self.recordSighting(id, jobName: pod.jobName, job: .intended)
        }
        let before = self.attempts[id]?.pods
        self.attempts[id]?.observe(pod: pod, now: now)
        self.count(id, now: now)
        guard let attempt = self.attempts[id] else { return }
        if let placement = attempt.pods.placement, placement != before?.placement {
            // The actual nodes of the pods, which may differ from the plan.
            self.scheduler.place(id, on: placement)
            self.pendingOrders.append(.recordNodes(id, nodes: Set(placement.pods.map(\.node)).sorted()))
        }
        if attempt.claim == .ours, pod.isStarting, before?.byName[pod.name]?.isStarting != true {
            self.pendingOrders.append(.tell(id, .pulling))
        }
    }

    private mutating func podsListed(_ pods: [(attempt: AttemptID, pod: PodFacts)], now: Timestamp) {
        let listed = Set(pods.map(\.pod.name))
        for id in self.attempts.ids {
            for name in self.attempts[id]?.pods.byName.keys.sorted() ?? [] where !listed.contains(name) {
                self.take(.podGone(id, name: name), now: now)
            }
        }
        for (attempt, pod) in pods { self.podSeen(pod, of: attempt, now: now) }
    }

    /// Treats a job that appeared after its attempt's end as newly seen, with the pods that it has by now.
    mutating func recordLateSighting(_ job: JobFacts, of attempt: Attempt, now: Timestamp) {
        self.recordSighting(attempt.id, jobName: attempt.jobName, job: job)
        for (_, pod) in attempt.pods.byName.sorted(by: { $0.key < $1.key }) where !pod.isEnded {
            self.podSeen(pod, of: attempt.id, now: now)
        }
    }

    private mutating func recordSighting(_ id: AttemptID, jobName: String, job: JobFacts) {
        self.attempts[id] = Attempt(sighted: id, jobName: jobName, job: job, policy: self.policy.attempts)
    }

    /// Occupies GPUs for an attempt that is not ours, or is left over; its demand is known only from its pods.
    private mutating func count(_ id: AttemptID, now: Timestamp) {
        guard let attempt = self.attempts[id], attempt.claim != .ours else { return }
        self.scheduler.occupy(
            RunningJob(
                id: id,
                user: nil,
                priority: 0,
                workload: Workload(template: ""),
                demand: attempt.pods.demand,
                startedAt: now.sinceEpoch,
                expectedDuration: .zero
            )
        )
    }
}
