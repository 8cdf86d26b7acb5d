internal import Dispatching
internal import KubernetesClient
internal import MaaSCore

/// Creates, finds and deletes jobs, and resolves requests whose outcome is unknown.
@LoopActor
final class JobClient {
    private let client: KubernetesClient
    private let namespace: String
    /// The kinds of jobs that templates have.
    private let templateResources: Set<JobResource>
    private let logger: Logger
    /// Of creations, since the last that succeeded.
    private var failures = FailureSeries()

    init(client: KubernetesClient, namespace: String, templateResources: Set<JobResource>, logger: Logger) {
        self.client = client
        self.namespace = namespace
        self.templateResources = templateResources
        self.logger = logger
    }

    /// Creates the job of an attempt, or finds it: the name is unique to the attempt.
    /// - Parameter trace: the task's, for logs.
    func create(_ job: RenderedJob, _ id: AttemptID, trace: String?) async throws -> StepOutcome {
        do throws(KubernetesError) {
            let uid = try await self.create(job.object, as: job.resource.type)
            self.failures.reset()
            return .found(uid: uid)
        } catch {
            switch error.code {
            case .forbidden where error.isQuotaExceeded:
                self.warn("a quota of the cluster is used up", id, trace: trace, error)
                // An earlier try may have created it: quotas are checked before names.
                let present = try await self.find(job.name, id)
                return present == .notFound ? .noQuota : present
            case .alreadyExists: return try await self.adopt(job, id)
            case .forbidden where error.isDenied: return try await self.refused(job, id, error, trace: trace)
            case .invalid: return try await self.refused(job, id, error, trace: trace)
            default:
                // Throttling, an unavailable webhook and lost answers are temporary; first check whether the job was
                // created.
                self.warn("cannot create the job yet", id, trace: trace, error)
                if error.isOutcomeUnknown, case .found(let uid) = try await self.find(job.name, id) {
                    return .found(uid: uid)
                }
                return error.retryAfter.map { .busy($0) } ?? .postponed
            }
        }
    }

    /// Logs a failure for all jobs that fail alike: in an outage each of them does every few seconds. The messages name
    /// the job, so they differ.
    private func warn(_ message: StaticString, _ id: AttemptID, trace: String?, _ error: KubernetesError) {
        guard !Task.isCancelled, self.failures.record("\(message): \(error.code)") else { return }
        self.logger.warning(
            message,
            [.task: "\(id.task)", .trace: trace, .error: "\(error)", .count: "\(self.failures.count)"]
        )
    }

    /// Looks for the attempt's job.
    func find(_ name: String, _ id: AttemptID) async throws -> StepOutcome {
        guard Self.isAddressable(name) else { return .notFound }
        return try await self.ask { type throws(KubernetesError) in
            guard let metadata = try await self.metadata(of: name, type),
                JobLabels.attempt(of: metadata.labels) == id
            else { return nil }
            return .found(uid: metadata.uid)
        }
    }

    /// Requests the deletion of the job and, before it, of its pods. `notFound` when there is none with this uid.
    func delete(_ name: String, uid: String) async throws -> StepOutcome {
        guard Self.isAddressable(name) else { return .notFound }
        return try await self.ask { type throws(KubernetesError) in
            do throws(KubernetesError) {
                return try await self.delete(name, type, uid: uid) ? .deleted : nil
            } catch  where error.code == .conflict {
                // Usually another job has the name now, and the requested one is gone. Otherwise the server means a
                // conflict of its own, which passes.
                return try await self.metadata(of: name, type)?.uid == uid ? .postponed : nil
            } catch {
                throw error
            }
        }
    }

    /// Asks about one kind of job after the other, as a name does not tell the kind, until there is an outcome. Without
    /// one the job is not found. It may be of a kind that no template has any more, so those come last.
    ///
    /// A refusal means that there are no jobs of a kind only if no template has it, and the server has answered about
    /// another: one that has just started refuses everything.
    private func ask(
        _ body: @LoopActor (any ClusterJob.Type) async throws(KubernetesError) -> StepOutcome?
    ) async throws(KubernetesError) -> StepOutcome {
        var refusal: KubernetesError?
        var isAnswered = false
        let others = JobResource.allCases.filter { !self.templateResources.contains($0) }
        for resource in JobResource.allCases.filter(self.templateResources.contains) + others {
            do throws(KubernetesError) {
                if let outcome = try await body(resource.type) { return outcome }
                isAnswered = true
            } catch  where error.isKindRefused && others.contains(resource) {
                refusal = error
            } catch {
                throw error
            }
        }
        if let refusal, !isAnswered { throw refusal }
        return .notFound
    }

    /// Whether a request can name a job: an attempt that was begun only to be refused has no job and no name, and
    /// without a name the path is that of all jobs in the namespace.
    private static func isAddressable(_ name: String) -> Bool { !name.isEmpty }

    /// The template passed the checks at load time, so a rejection by the cluster is for operators to fix.
    private func refused(
        _ job: RenderedJob,
        _ id: AttemptID,
        _ error: KubernetesError,
        trace: String?
    ) async throws -> StepOutcome {
        // An earlier try may have created it: names are checked last.
        if case .found(let uid) = try await self.find(job.name, id) { return .found(uid: uid) }
        self.logger.error("the cluster refuses the job", [.task: "\(id.task)", .trace: trace, .error: "\(error)"])
        return .refused(
            TaskFailure(.templateRejected, message: "The cluster rejected the job of this template.")
        )
    }

    private func adopt(_ job: RenderedJob, _ id: AttemptID) async throws -> StepOutcome {
        guard let metadata = try await self.metadata(of: job.name, job.resource.type) else { return .postponed }
        // A job that is being deleted cannot be recreated under its name before it is gone.
        let isOurs = JobLabels.attempt(of: metadata.labels) == id
        let digest = job.object["metadata"]?["annotations"]?[JobLabels.taskDigest]?.string
        if isOurs, metadata.annotations[JobLabels.taskDigest] == digest { return .found(uid: metadata.uid) }
        return .refused(
            TaskFailure(.nameTaken, message: "Another job already has this job's name.", isRetryable: true)
        )
    }

    // MARK: Generic over the kind of job

    private func create<Job: ClusterJob>(
        _ object: JSONValue,
        as type: Job.Type
    ) async throws(KubernetesError) -> String {
        try await self.client.create(object, as: type, in: self.namespace).metadata.uid
    }

    private func metadata<Job: ClusterJob>(
        of name: String,
        _ type: Job.Type
    ) async throws(KubernetesError) -> ObjectMetadata? {
        try await self.client.get(type, name, in: self.namespace)?.metadata
    }

    private func delete<Job: ClusterJob>(
        _ name: String,
        _ type: Job.Type,
        uid: String
    ) async throws(KubernetesError) -> Bool {
        try await self.client.delete(type, name, in: self.namespace, uid: uid)
    }
}
