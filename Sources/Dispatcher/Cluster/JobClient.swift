internal import Dispatching
internal import KubernetesClient
internal import MaaSCore

/// Makes, finds and deletes jobs, so that what became of a request is known before anybody acts on it.
@LoopActor
final class JobClient {
    private let client: KubernetesClient
    private let namespace: String
    private let logger: Logger

    init(client: KubernetesClient, namespace: String, logger: Logger) {
        self.client = client
        self.namespace = namespace
        self.logger = logger
    }

    /// Creates the job of an attempt, or finds that it is there: the name is the attempt's alone.
    func create(_ job: RenderedJob, _ id: AttemptID) async throws -> AttemptOutcome {
        do throws(KubernetesError) {
            let created = try await self.client.create(job.object, as: PyTorchJob.self, in: self.namespace)
            return .found(uid: created.metadata.uid)
        } catch {
            switch error.code {
            case .forbidden where error.message.contains("exceeded quota"):
                // The words of the API server's quota admission: it is capacity that is missing, and nobody's fault.
                self.logger.warning("a quota of the cluster is used up", [.task: "\(id.task)", .error: "\(error)"])
                return .noQuota
            case .alreadyExists: return try await self.adopt(job.name, id)
            case .invalid:
                // The template was checked when it was loaded; what the cluster refuses is for its operators to mend.
                self.logger.error("the cluster refuses the job", [.task: "\(id.task)", .error: "\(error)"])
                return .refused(
                    TaskFailure(code: "TEMPLATE_REJECTED", message: "The cluster does not accept this template's job.")
                )
            default:
                // Full quotas, an absent webhook and lost answers all pass; whether the job was made is asked first.
                self.logger.warning("cannot create the job yet", [.task: "\(id.task)", .error: "\(error)"])
                if error.isOutcomeUnknown, case .found(let uid) = try await self.find(job.name, id) {
                    return .found(uid: uid)
                }
                return .postponed
            }
        }
    }

    /// Whether the attempt's job is there.
    func find(_ name: String, _ id: AttemptID) async throws -> AttemptOutcome {
        guard let job = try await self.client.get(PyTorchJob.self, name, in: self.namespace),
            JobLabels.attempt(of: job.metadata.labels) == id
        else { return .notFound }
        return .found(uid: job.metadata.uid)
    }

    /// Orders the deletion of the job and, before it, of its pods.
    func delete(_ name: String, uid: String) async throws {
        do throws(KubernetesError) {
            _ = try await self.client.delete(PyTorchJob.self, name, in: self.namespace, uid: uid)
        } catch {
            // Another job has the name now: the one that was meant is gone.
            if error.code != .conflict { throw error }
        }
    }

    private func adopt(_ name: String, _ id: AttemptID) async throws -> AttemptOutcome {
        guard let job = try await self.client.get(PyTorchJob.self, name, in: self.namespace) else { return .postponed }
        // One that is on its way out cannot be run again under this name: its end is waited for.
        if JobLabels.attempt(of: job.metadata.labels) == id { return .found(uid: job.metadata.uid) }
        return .refused(
            TaskFailure(code: "NAME_TAKEN", message: "Another job has the name of this one.", isRetryable: true)
        )
    }
}
