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
            share: replica.share.map(GPUShare.init),
            nodeSelector: spec["nodeSelector"]?.object?.compactMapValues(\.string) ?? [:],
            nodeAffinity: terms?.array?.map(NodeSelectorTerm.init) ?? [],
            tolerations: spec["tolerations"]?.array?.map(Toleration.init) ?? []
        )
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
