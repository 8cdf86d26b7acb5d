/// The training operator's PyTorchJob, kubeflow.org/v1.
///
/// Enforces the rules of its validating webhook (training-operator 1.9, pkg/webhooks/pytorch), and our own where its
/// defaults do not fit: the dispatcher manages attempts, so nothing may restart by itself, and no pod may outlive its
/// job.
struct PyTorchJobKind: JobKind {
    let apiVersion = "kubeflow.org/v1"
    let kind = "PyTorchJob"
    let resource = JobResource.pyTorchJob

    func check(_ job: TemplateCursor) {
        job["metadata"]["name"].expect(.jobName)
        job["metadata"]["namespace"].expect(.namespace)
        job["metadata"]["labels"].expectJobLabels()
        job["spec"]["runPolicy"]["cleanPodPolicy"].expect("Running", "All")

        let replicas = job["spec"]["pytorchReplicaSpecs"]
        for role in replicas.keys where !["Master", "Worker"].contains(role) {
            replicas[role].fault("is not a role: there are Master and Worker")
        }
        // The webhook rejects a job that relies on the default, although the API documents one.
        replicas["Master"]["replicas"].expect("1")
        self.checkReplica(replicas["Master"])
        replicas["Master"]["template"]["spec"].expectDelivery()
        if replicas["Worker"].node != nil {
            replicas["Worker"]["replicas"].expectCount(atLeast: 0)
            self.checkReplica(replicas["Worker"])
        }
    }

    private func checkReplica(_ replica: TemplateCursor) {
        replica["restartPolicy"].expect("Never")
        replica["template"]["metadata"]["labels"].expectJobLabels()
        let pod = replica["template"]["spec"]
        if !pod["containers"].items.contains(where: { $0["name"].text == "pytorch" }) {
            pod["containers"].fault("one container must be named pytorch")
        }
        pod.expectContainers()
    }

    func sizingParameters(of job: TemplateCursor) -> [String] {
        let replicas = job["spec"]["pytorchReplicaSpecs"]
        var places: [TemplateCursor] = []
        for role in replicas.keys {
            places += replicas[role]["template"]["spec"].gpuPlaces
            places.append(replicas[role]["replicas"])
        }
        var names: [String] = []
        for name in places.compactMap(\.placeholder) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The webhook rejects a role with zero replicas, so it is left out: a single-node job has only a master.
    func trimmed(_ job: JSONValue) -> JSONValue {
        guard let specs = job["spec"]?["pytorchReplicaSpecs"]?.object else { return job }
        var job = job
        job["spec"]?["pytorchReplicaSpecs"] = .object(specs.filter { $0.value["replicas"] != 0 })
        return job
    }

    func replicas(of job: JSONValue) throws(TemplateError) -> [JobReplica] {
        let specs = job["spec"]?["pytorchReplicaSpecs"]?.object ?? [:]
        var replicas: [JobReplica] = []
        for (role, spec) in specs.sorted(by: { $0.key < $1.key }) {
            guard let count = spec["replicas"]?.integer, (1...1_024).contains(count) else {
                throw TemplateError(.job, "\(role).replicas must be a whole number from 1 to 1024")
            }
            let pod = spec["template"]?["spec"]
            replicas.append(
                JobReplica(
                    role: role,
                    count: Int(count),
                    gpusPerPod: try GPURequest(checking: pod).cards,
                    podSpec: pod ?? .null
                )
            )
        }
        return replicas
    }
}
