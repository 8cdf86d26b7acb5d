/// What the pods of a rendered job ask for.
enum PodDemand {
    static let gpuResource = "nvidia.com/gpu"

    /// GPUs of one pod: its containers run at once, its init containers one after the other before them.
    static func gpus(of podSpec: JSONValue?) throws(TemplateError) -> Int {
        var together = 0
        for container in podSpec?["containers"]?.array ?? [] { together += try gpus(ofContainer: container) }
        var most = 0
        for container in podSpec?["initContainers"]?.array ?? [] { most = max(most, try gpus(ofContainer: container)) }
        return max(together, most)
    }

    /// Whether the pod has a required anti-affinity by host name. That its selector means the job's own pods is what the
    /// template says by having one: a task's labels are on no other job.
    static func isSpread(_ podSpec: JSONValue?) -> Bool {
        let rules = podSpec?["affinity"]?["podAntiAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?.array
        return rules?.contains { $0["topologyKey"] == "kubernetes.io/hostname" } ?? false
    }

    private static func gpus(ofContainer container: JSONValue) throws(TemplateError) -> Int {
        guard let quantity = container["resources"]?["limits"]?[gpuResource] else { return 0 }
        guard let count = quantity.integer ?? quantity.string.flatMap(Int64.init), (0...1_024).contains(count) else {
            throw TemplateError(.job, "\(gpuResource) must be a whole number from 0 to 1024, not \(quantity.text)")
        }
        return Int(count)
    }
}
