/// The GPUs that a pod requests, with HAMi or without: read alike from a rendered job and from its pods.
package struct GPURequest: Sendable, Hashable {
    /// A part of a card.
    package struct Share: Sendable, Hashable {
        package enum Memory: Sendable, Hashable {
            case mebibytes(Int)
            case percent(Int)
        }

        package let memory: Memory
        /// Percent of the card's compute.
        package let cores: Int
    }

    package static let resource = "nvidia.com/gpu"
    private static let memory = "nvidia.com/gpumem"
    private static let memoryPercentage = "nvidia.com/gpumem-percentage"
    private static let cores = "nvidia.com/gpucores"

    /// Containers run concurrently, after the init containers, which run one after the other.
    package let cards: Int
    /// Its share of each card; nil for whole cards.
    package let share: Share?

    /// Takes what is not a whole number for 0: anybody's pod may request anything.
    package init(podSpec: JSONValue?) {
        let together = Self.limits(of: "containers", in: podSpec)
        let before = Self.limits(of: "initContainers", in: podSpec)
        self.cards = max(together.reduce(0) { $0 + Self.cards($1) }, before.map(Self.cards).max() ?? 0)
        self.share = (together + before).lazy.compactMap(Self.share).first
    }

    /// Of a rendered job: throws at a number of GPUs that is none, or that no pod could have.
    init(checking podSpec: JSONValue?) throws(TemplateError) {
        for list in ["containers", "initContainers"] {
            for limits in Self.limits(of: list, in: podSpec) {
                guard let gpus = limits[Self.resource] else { continue }
                guard let count = ResourceQuantity.wholeNumber(gpus), (0...1_024).contains(count) else {
                    let rule = "\(Self.resource) must be a whole number from 0 to 1024"
                    throw TemplateError(.job, "\(rule), not \(gpus.text)")
                }
            }
        }
        self.init(podSpec: podSpec)
    }

    private static func limits(of list: String, in podSpec: JSONValue?) -> [JSONValue] {
        podSpec?[list]?.array?.compactMap { $0["resources"]?["limits"] } ?? []
    }

    /// HAMi's webhook gives one card to a container that only names a part of it, even if the part is all.
    private static func cards(_ limits: JSONValue) -> Int {
        if let gpus = limits[Self.resource] { return ResourceQuantity.count(gpus) }
        return [Self.memory, Self.memoryPercentage, Self.cores].contains { limits[$0] != nil } ? 1 : 0
    }

    /// Nil for whole cards: HAMi assigns one when no memory, or all of it, is requested.
    private static func share(_ limits: JSONValue) -> Share? {
        let cores = ResourceQuantity.count(limits[Self.cores])
        let memory = ResourceQuantity.count(limits[Self.memory])
        if memory > 0 { return Share(memory: .mebibytes(memory), cores: cores) }
        let percent = ResourceQuantity.count(limits[Self.memoryPercentage])
        return (1..<100).contains(percent) ? Share(memory: .percent(percent), cores: cores) : nil
    }
}
