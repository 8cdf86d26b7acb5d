/// Kubernetes' own Job, batch/v1, for clusters without the training operator.
///
/// The dispatcher manages attempts, so nothing may restart by itself: no backoff, no restarts, and as many completions
/// as parallel pods.
struct BatchJobKind: JobKind {
    let apiVersion = "batch/v1"
    let kind = "Job"
    let resource = JobResource.batchJob

    func check(_ job: TemplateCursor) {
        job["metadata"]["name"].expect(.jobName)
        job["metadata"]["namespace"].expect(.namespace)
        job["metadata"]["labels"].expectJobLabels()
        let spec = job["spec"]
        spec["backoffLimit"].expect("0")
        if spec["parallelism"].node != nil || spec["completions"].node != nil {
            spec["parallelism"].expectCount(atLeast: 1)
            if spec["completions"].text != spec["parallelism"].text {
                spec["completions"].fault("must be the same as parallelism: all pods run at once, each once")
            }
        }
        spec["template"]["metadata"]["labels"].expectJobLabels()
        spec["template"]["spec"]["restartPolicy"].expect("Never")
        if spec["template"]["spec"]["containers"].items.isEmpty {
            spec["template"]["spec"]["containers"].fault("is missing")
        }
        spec["template"]["spec"].expectContainers()
        spec["template"]["spec"].expectDelivery()
    }

    func sizingParameters(of job: TemplateCursor) -> [String] {
        let places = job["spec"]["template"]["spec"].gpuPlaces + [job["spec"]["parallelism"]]
        return places.compactMap(\.placeholder).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func trimmed(_ job: JSONValue) -> JSONValue { job }

    func replicas(of job: JSONValue) throws(TemplateError) -> [JobReplica] {
        let count = job["spec"]?["parallelism"]?.integer ?? 1
        guard (1...1_024).contains(count) else {
            throw TemplateError(.job, "parallelism must be a whole number from 1 to 1024")
        }
        let pod = job["spec"]?["template"]?["spec"]
        return [
            JobReplica(
                role: "Pod",
                count: Int(count),
                gpusPerPod: try GPURequest(checking: pod).cards,
                podSpec: pod ?? .null
            )
        ]
    }
}
