/// Keeps pods without a matching toleration off a node.
package struct Taint: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable {
        case noSchedule = "NoSchedule"
        /// Only a preference: it keeps no pod off.
        case preferNoSchedule = "PreferNoSchedule"
        case noExecute = "NoExecute"
    }

    package var key: String
    package var value: String
    package var effect: Effect

    package init(key: String, value: String = "", effect: Effect) {
        self.key = key
        self.value = value
        self.effect = effect
    }
}
