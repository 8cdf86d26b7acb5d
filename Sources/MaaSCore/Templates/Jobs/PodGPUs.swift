/// Counts the GPUs that pods of a rendered job request.
enum PodGPUs {
    static let gpuResource = "nvidia.com/gpu"
    private static let shareResources = ["nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores"]

    /// GPUs of one pod: its containers run concurrently, its init containers one after the other before them.
    static func gpus(of podSpec: JSONValue?) throws(TemplateError) -> Int {
        var together = 0
        for container in podSpec?["containers"]?.array ?? [] { together += try Self.gpus(ofContainer: container) }
        var most = 0
        for container in podSpec?["initContainers"]?.array ?? [] {
            most = max(most, try Self.gpus(ofContainer: container))
        }
        return max(together, most)
    }

    private static func gpus(ofContainer container: JSONValue) throws(TemplateError) -> Int {
        let limits = container["resources"]?["limits"]
        guard let quantity = limits?[Self.gpuResource] else {
            // HAMi's webhook assigns one GPU to a container that requests only a share.
            return Self.shareResources.contains { limits?[$0] != nil } ? 1 : 0
        }
        guard let count = ResourceQuantity.wholeNumber(quantity), (0...1_024).contains(count) else {
            throw TemplateError(.job, "\(Self.gpuResource) must be a whole number from 0 to 1024, not \(quantity.text)")
        }
        return count
    }
}
