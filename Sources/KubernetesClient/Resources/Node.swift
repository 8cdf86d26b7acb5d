package import MaaSCore

/// A node.
package struct Node: KubernetesResource, Hashable {
    package static let kind = ResourceKind(root: "/api/v1", plural: "nodes", isNamespaced: false)

    /// Keeps pods without a matching toleration off.
    package struct Taint: Sendable, Hashable {
        package let key: String
        package let value: String?
        /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
        package let effect: String
    }

    package let metadata: ObjectMetadata
    package let isReady: Bool
    /// Whether it is cordoned.
    package let isUnschedulable: Bool
    package let taints: [Taint]
    /// Allocatable `nvidia.com/gpu`. Under HAMi it counts shares of cards.
    package let gpus: Int
    /// The usable cards: healthy and not cordoned. Nil where HAMi does not register them.
    package let devices: [GPUDevice]?

    package init(_ object: JSONValue) {
        self.metadata = ObjectMetadata(object)
        self.isReady = Condition.all(of: object).contains { $0.type == "Ready" && $0.isTrue }
        self.isUnschedulable = object["spec"]?["unschedulable"]?.bool ?? false
        self.taints = (object["spec"]?["taints"]?.array ?? []).map {
            Taint(key: $0["key"]?.string ?? "", value: $0["value"]?.string, effect: $0["effect"]?.string ?? "")
        }
        self.gpus = ResourceQuantity.count(object["status"]?["allocatable"]?["nvidia.com/gpu"])
        let cordoned =
            self.metadata.annotations[GPUDevice.cordonAnnotation]?.split(separator: ",").map(String.init) ?? []
        self.devices = self.metadata.annotations[GPUDevice.annotation].map { annotation in
            GPUDevice.all(in: annotation).filter { $0.isHealthy && !cordoned.contains($0.id) }
        }
    }
}
