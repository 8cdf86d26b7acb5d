internal import KubernetesClient
internal import MaaSCore

/// Checks that Kubernetes answers, grants the permissions needed, knows the kinds of the templates' jobs, and has GPUs.
@LoopActor
struct ClusterCheck {
    let configuration: MaaSConfiguration
    /// Nil when the templates cannot be used.
    let catalog: TemplateCatalog?

    func run() async -> [Finding] {
        let client: KubernetesClient
        do {
            let access = try KubernetesAccess.load(kubeconfig: self.configuration.kubernetes.kubeconfig)
            client = KubernetesClient(access: access, requestTimeout: .seconds(10))
        } catch {
            return [
                .broken("kubernetes", "\(error)", mend: "check kubernetes.kubeconfig, or the pod's service account")
            ]
        }
        defer { client.close() }
        var findings = [await self.nodes(client)]
        if findings[0].verdict == .broken { return findings }
        findings.append(await self.pods(client))
        let kinds = self.catalog?.resources ?? []
        if kinds.contains(.pyTorchJob) {
            findings.append(
                await self.jobs(PyTorchJob.self, .pyTorchJob, client) { job in
                    job.phase == .unacknowledged && job.metadata.createdAt.map { .now() - $0 > Self.patience } ?? false
                }
            )
        }
        if kinds.contains(.batchJob) {
            findings.append(await self.jobs(BatchJob.self, .batchJob, client) { _ in false })
        }
        return findings
    }

    private func nodes(_ client: KubernetesClient) async -> Finding {
        do throws(KubernetesError) {
            let nodes = try await client.list(Node.self, in: nil).items
            let usable = nodes.filter { $0.isReady && !$0.isUnschedulable }
            let gpus = usable.reduce(0) { $0 + $1.gpus }
            guard gpus > 0 else {
                return .warning(
                    "kubernetes",
                    "\(usable.count) of \(nodes.count) nodes can be used, and none offers nvidia.com/gpu",
                    mend: "install the device plugin or HAMi on the GPU nodes, and uncordon them"
                )
            }
            return .fine("kubernetes", "\(gpus) GPUs on \(usable.count) of \(nodes.count) nodes")
        } catch {
            return Self.broken("kubernetes", error, verb: "list nodes")
        }
    }

    private func pods(_ client: KubernetesClient) async -> Finding {
        let namespace = self.configuration.kubernetes.namespace
        do throws(KubernetesError) {
            let pods = try await client.list(Pod.self, in: namespace, selector: Self.ours).items
            return .fine("pods", "\(pods.count) of ours in the namespace \(namespace)")
        } catch {
            return Self.broken("pods", error, verb: "list pods in the namespace \(namespace)")
        }
    }

    private func jobs<Resource: KubernetesResource>(
        _ type: Resource.Type,
        _ resource: JobResource,
        _ client: KubernetesClient,
        isNeglected: (Resource) -> Bool
    ) async -> Finding {
        let namespace = self.configuration.kubernetes.namespace
        let plural = Resource.kind.plural
        do throws(KubernetesError) {
            let jobs = try await client.list(type, in: namespace, selector: Self.ours).items
            if let job = jobs.first(where: isNeglected) {
                return .broken(
                    plural,
                    "no controller has acted on \(job.metadata.name) for a while",
                    mend: "make sure that the training operator is running and watches the namespace \(namespace)"
                )
            }
            if let refusal = await self.refusal(of: type, resource, client) { return refusal }
            return .fine(plural, "\(jobs.count) of ours in the namespace \(namespace), and new ones are accepted")
        } catch {
            if error.code == .notFound {
                return .broken(
                    plural,
                    "the cluster does not have this resource",
                    mend: "install the Kubeflow training operator (v1), which brings the kind PyTorchJob"
                )
            }
            return Self.broken(plural, error, verb: "list \(plural) in the namespace \(namespace)")
        }
    }

    /// What prevents a job of one of the templates: asked by a dry run, which the namespace, the rights, quotas,
    /// webhooks and the kind's schema have to let pass. A list does not tell: that of a missing namespace is empty.
    /// A quota that is used up is none of the templates' faults, so that the others are tried as well.
    private func refusal<Resource: KubernetesResource>(
        of type: Resource.Type,
        _ resource: JobResource,
        _ client: KubernetesClient
    ) async -> Finding? {
        let namespace = self.configuration.kubernetes.namespace
        let plural = Resource.kind.plural
        var shortage: Finding?
        let offered = (try? self.catalog?.offering(self.configuration.templates.offered)) ?? self.catalog
        for template in offered?.templates ?? [] where template.resource == resource {
            // Loading has rendered it with other parameters; what fails here is for the template check to say.
            guard let sample = try? SampleJob(of: template, self.configuration) else { continue }
            do throws(KubernetesError) {
                try await client.dryRun(sample.job.object, as: type, in: namespace)
            } catch {
                let message = "a job of \(template.name) would be refused: \(error)"
                let remedy = Self.remedy(error, verb: "create \(plural) in the namespace \(namespace)", namespace)
                guard error.isQuotaExceeded else { return .broken(plural, message, mend: remedy) }
                shortage = .warning(plural, message, mend: remedy)
            }
        }
        return shortage
    }

    /// What to do about a refused dry run.
    nonisolated static func remedy(_ error: KubernetesError, verb: String, _ namespace: String) -> String {
        switch error.code {
        case .notFound: "make the namespace \(namespace), or correct kubernetes.namespace: k8s/base/namespaces.yaml"
        case .invalid: "correct the template, or install the version of the operator that it is written for"
        case .forbidden where error.isDenied: "change the template or the policy that refuses it"
        case .forbidden where error.isQuotaExceeded: "wait until running jobs have ended, or raise the quota"
        case .forbidden: "allow it to \(verb): k8s/base has the role; or meet the quota that the message names"
        case .unavailable, .tooManyRequests: "check that the operator runs: its webhook has to admit every job"
        default: "check that the API server runs, and kubernetes.kubeconfig"
        }
    }

    /// How long the operator may ignore a new job; it usually sets the first condition within a second or two.
    private static let patience: Duration = .seconds(30)

    private static let ours = "app.kubernetes.io/managed-by=maas"

    private static func broken(_ subject: String, _ error: KubernetesError, verb: String) -> Finding {
        let remedy =
            switch error.code {
            case .unauthorized: "the token or certificate is not accepted: renew the kubeconfig or the service account"
            case .forbidden: "allow it to \(verb): k8s/base has the role"
            default: "check that the API server runs, and kubernetes.kubeconfig"
            }
        return .broken(subject, "\(error)", mend: remedy)
    }
}
