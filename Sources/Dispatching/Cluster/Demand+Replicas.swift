package import MaaSCore
package import Scheduling

extension Demand {
    /// The requests of a rendered job's pods.
    ///
    /// A required rule about other pods is taken to concern the job's own, since a task's labels are on no other job.
    package init(_ replicas: [JobReplica]) {
        self.init(
            pods: replicas.flatMap { Array(repeating: PodDemand($0), count: $0.count) },
            podAntiAffinity: replicas.lazy.compactMap { Self.topologyKey(of: "podAntiAffinity", in: $0.podSpec) }.first,
            podAffinity: replicas.lazy.compactMap { Self.topologyKey(of: "podAffinity", in: $0.podSpec) }.first
        )
    }

    private static func topologyKey(of rule: String, in podSpec: JSONValue) -> String? {
        podSpec["affinity"]?[rule]?["requiredDuringSchedulingIgnoredDuringExecution"]?.array?
            .lazy.compactMap { $0["topologyKey"]?.string }.first
    }
}

extension PodDemand {
    fileprivate init(_ replica: JobReplica) {
        let spec = replica.podSpec
        let terms = spec["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?[
            "nodeSelectorTerms"
        ]
        self.init(
            gpus: replica.gpusPerPod,
            share: (spec["containers"]?.array ?? []).lazy.compactMap { GPUShare(limits: $0["resources"]?["limits"]) }
                .first,
            nodeSelector: spec["nodeSelector"]?.object?.compactMapValues(\.string) ?? [:],
            nodeAffinity: terms?.array?.map(NodeSelectorTerm.init) ?? [],
            tolerations: spec["tolerations"]?.array?.map(Toleration.init) ?? []
        )
    }
}

extension GPUShare {
    /// Nil for whole cards: HAMi assigns one when no memory, or all of it, is requested.
    fileprivate init?(limits: JSONValue?) {
        let cores = ResourceQuantity.count(limits?["nvidia.com/gpucores"])
        let memory = ResourceQuantity.count(limits?["nvidia.com/gpumem"])
        let percent = ResourceQuantity.count(limits?["nvidia.com/gpumem-percentage"])
        if memory > 0 {
            self.init(memory: .mebibytes(memory), cores: cores)
        } else if (1..<100).contains(percent) {
            self.init(memory: .percent(percent), cores: cores)
        } else {
            return nil
        }
    }
}

extension NodeSelectorTerm {
    fileprivate init(_ term: JSONValue) {
        self.init(
            (term["matchExpressions"]?.array ?? []).map { expression in
                Requirement(
                    key: expression["key"]?.string ?? "",
                    operator: expression["operator"]?.string.flatMap(Requirement.Operator.init) ?? .exists,
                    values: expression["values"]?.array?.compactMap(\.string) ?? []
                )
            }
        )
    }
}

extension Toleration {
    fileprivate init(_ toleration: JSONValue) {
        self.init(
            key: toleration["key"]?.string,
            operator: toleration["operator"]?.string.flatMap(Operator.init) ?? .equal,
            value: toleration["value"]?.string ?? "",
            effect: toleration["effect"]?.string.flatMap(Taint.Effect.init)
        )
    }
}
