/// The training operator's PyTorchJob, kubeflow.org/v1.
///
/// The rules are its validating webhook's (training-operator 1.9, pkg/webhooks/pytorch), and ours for what its defaults
/// get wrong: an attempt belongs to the dispatcher, so nothing restarts by itself, and no pod outlives its job.
struct PyTorchJobKind: JobKind {
    let apiVersion = "kubeflow.org/v1"
    let kind = "PyTorchJob"

    func check(_ job: TemplateCursor) {
        job["metadata"]["name"].expect(.jobName)
        job["metadata"]["namespace"].expect(.namespace)
        checkLabels(job["metadata"]["labels"])
        job["spec"]["runPolicy"]["cleanPodPolicy"].expect("Running", "All")

        let replicas = job["spec"]["pytorchReplicaSpecs"]
        for role in replicas.keys where !["Master", "Worker"].contains(role) {
            replicas[role].fault("is not a role: there are Master and Worker")
        }
        // The webhook refuses a job that leaves it to the default, though the API's description names one.
        replicas["Master"]["replicas"].expect("1")
        checkReplica(replicas["Master"])
        if replicas["Worker"].node != nil {
            replicas["Worker"]["replicas"].expectCount(atLeast: 1)
            checkReplica(replicas["Worker"])
        }
    }

    private func checkReplica(_ replica: TemplateCursor) {
        replica["restartPolicy"].expect("Never")
        checkLabels(replica["template"]["metadata"]["labels"])
        let pod = replica["template"]["spec"]
        let containers = pod["containers"].items
        if !containers.contains(where: { $0["name"].text == "pytorch" }) {
            pod["containers"].fault("one container must be named pytorch")
        }
        for container in containers + pod["initContainers"].items {
            if container["name"].text == nil { container["name"].fault("is missing") }
            if container["image"].text == nil { container["image"].fault("is missing") }
            let gpus = container["resources"]["limits"][PodDemand.gpuResource]
            if gpus.node != nil { gpus.expectCount(atLeast: 0) }
        }
    }

    private func checkLabels(_ labels: TemplateCursor) {
        labels["app.kubernetes.io/managed-by"].expect("maas")
        labels["maas.dev/task"].expect(.taskID)
        labels["maas.dev/attempt"].expect(.attempt)
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
                    gpusPerPod: try PodDemand.gpus(of: pod),
                    isSpread: PodDemand.isSpread(pod)
                )
            )
        }
        return replicas
    }
}
