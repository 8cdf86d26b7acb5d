internal import MaaSCore

/// The training operator: takes a job with its pods and services, and returns actions.
///
/// Level-triggered like the original (`pkg/controller.v1/pytorch` of release 1.9): each call takes the next step from
/// the present state, and its actions cause the next call. So a job ends one step before its pods are removed.
struct TrainingOperator: Sendable {
    /// Decides what to do about a job now.
    /// - Parameters:
    ///   - pods: the pods that the job owns.
    ///   - services: the names of the services that the job owns.
    func reconcile(job: JSONValue, pods: [JSONValue], services: Set<String>, now: Timestamp) -> [ControllerAction] {
        // A job that is being deleted is left to the garbage collector: no pod is recreated.
        guard !job.isBeingDeleted else { return [] }
        var status = PyTorchJobStatus(of: job)
        if status.set(.created, message: "PyTorchJob \(job.name) is created.", now: now) {
            return [.updateStatus(status.document)]
        }
        if status.isFinished { return self.cleanUp(job, pods, services, now: now) }
        if job.bool(at: "spec", "runPolicy", "suspend") == true {
            return self.suspend(job, pods, services, &status, now: now)
        }
        if status.isTrue(.suspended) {
            let message = "PyTorchJob \(job.name) is resumed."
            status.resume(message: message, now: now)
            return [.updateStatus(status.document), .record(.normal("PyTorchJobResumed", message))]
        }
        return self.run(job, pods, services, &status, now: now)
    }

    // MARK: Running

    private func run(
        _ job: JSONValue,
        _ pods: [JSONValue],
        _ services: Set<String>,
        _ status: inout PyTorchJobStatus,
        now: Timestamp
    ) -> [ControllerAction] {
        var actions: [ControllerAction] = []
        let layout = PyTorchJobLayout(job)
        status.stamp("startTime", now: now)
        let present = Set(pods.map(\.name))
        for replica in layout.replicas where !present.contains(replica.name) {
            actions.append(.createPod(layout.pod(for: replica)))
            actions.append(.record(.normal("SuccessfulCreatePod", "Created pod: \(replica.name)")))
            if let note = replica.policyNote { actions.append(.record(note)) }
        }
        for replica in layout.replicas where !services.contains(replica.name) {
            actions.append(.createService(layout.service(for: replica)))
            actions.append(.record(.normal("SuccessfulCreateService", "Created service: \(replica.name)")))
        }
        actions += self.settle(job, layout, pods, &status, now: now)
        if status.document != job[path: "status"] { actions.append(.updateStatus(status.document)) }
        return actions
    }

    /// Updates the status from the states of the pods.
    private func settle(
        _ job: JSONValue,
        _ layout: PyTorchJobLayout,
        _ pods: [JSONValue],
        _ status: inout PyTorchJobStatus,
        now: Timestamp
    ) -> [ControllerAction] {
        var counts: [ReplicaType: ReplicaCounts] = [:]
        for type in layout.types {
            let count = ReplicaCounts(pods.filter { $0.replicaType == type })
            counts[type] = count
            status.set(count, of: type, job: job.name)
        }
        let master = counts[.master] ?? ReplicaCounts([])
        // The master decides about success; workers only matter when they fail.
        if let failed = layout.types.first(where: { counts[$0].map { $0.failed > 0 } ?? false }), master.succeeded == 0
        {
            let message =
                "PyTorchJob \(job.name) is failed because \(counts[failed]?.failed ?? 0) "
                + "\(failed.rawValue) replica(s) failed."
            status.stamp("completionTime", now: now)
            return status.set(.failed, message: message, now: now)
                ? [.record(.warning("PyTorchJobFailed", message))] : []
        }
        if master.succeeded > 0 {
            let message = "PyTorchJob \(job.name) is successfully completed."
            status.stamp("completionTime", now: now)
            return status.set(.succeeded, message: message, now: now)
                ? [.record(.normal("PyTorchJobSucceeded", message))] : []
        }
        guard master.active > 0 else { return [] }
        let message = "PyTorchJob \(job.name) is running."
        return status.set(.running, message: message, now: now)
            ? [.record(.normal("PyTorchJobRunning", message))] : []
    }

    // MARK: Suspended and finished

    private func suspend(
        _ job: JSONValue,
        _ pods: [JSONValue],
        _ services: Set<String>,
        _ status: inout PyTorchJobStatus,
        now: Timestamp
    ) -> [ControllerAction] {
        var actions = self.deletions(job, pods, services)
        let message = "PyTorchJob \(job.name) is suspended."
        if status.set(.suspended, message: message, now: now) {
            actions.append(.record(.normal("PyTorchJobSuspended", message)))
            actions.append(.updateStatus(status.document))
        }
        return actions
    }

    private func cleanUp(
        _ job: JSONValue,
        _ pods: [JSONValue],
        _ services: Set<String>,
        now: Timestamp
    ) -> [ControllerAction] {
        var actions: [ControllerAction] = []
        switch job.string(at: "spec", "runPolicy", "cleanPodPolicy") {
        case "All": actions += self.deletions(job, pods, services)
        case "Running":
            let running = pods.filter {
                $0.string(at: "status", "phase").map { $0 == "Running" || $0 == "Pending" } ?? true
            }
            actions += self.deletions(job, running, running.isEmpty ? [] : services)
        default: break
        }
        var status = PyTorchJobStatus(of: job)
        if status.isTrue(.succeeded) {
            for type in PyTorchJobLayout(job).types {
                var count = ReplicaCounts(pods.filter { $0.replicaType == type })
                count.countActiveAsSucceeded()
                if count != ReplicaCounts([]) { status.set(count, of: type, job: job.name) }
            }
            if status.document != job[path: "status"] { actions.append(.updateStatus(status.document)) }
        }
        if let seconds = job.integer(at: "spec", "runPolicy", "ttlSecondsAfterFinished"),
            let end = job.string(at: "status", "completionTime").flatMap(Timestamp.init(kubernetesTime:))
        {
            let deadline = end.advanced(bySeconds: seconds)
            actions.append(
                deadline <= now
                    ? .delete(ResourceKey(.pyTorchJobs, namespace: job.namespace, name: job.name))
                    : .requeue(at: deadline)
            )
        }
        return actions
    }

    private func deletions(_ job: JSONValue, _ pods: [JSONValue], _ services: Set<String>) -> [ControllerAction] {
        var actions: [ControllerAction] = []
        for pod in pods where !pod.isBeingDeleted {
            actions.append(.delete(ResourceKey(.pods, namespace: job.namespace, name: pod.name)))
            actions.append(.record(.normal("SuccessfulDeletePod", "Deleted pod: \(pod.name)")))
        }
        for service in services.sorted() {
            actions.append(.delete(ResourceKey(.services, namespace: job.namespace, name: service)))
            actions.append(.record(.normal("SuccessfulDeleteService", "Deleted service: \(service)")))
        }
        return actions
    }
}

extension JSONValue {
    /// The role of a pod created by the operator.
    var replicaType: ReplicaType? {
        switch self.strings(at: "metadata", "labels")[PyTorchJobLayout.Label.replicaType] {
        case ReplicaType.master.lowercased: .master
        case ReplicaType.worker.lowercased: .worker
        default: nil
        }
    }
}
