/// Allows a pod on nodes with a taint.
package struct Toleration: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable {
        case equal = "Equal"
        case exists = "Exists"
    }

    /// Nil with ``Operator/exists`` tolerates everything.
    package var key: String?
    package var `operator`: Operator
    package var value: String
    /// Nil tolerates all effects.
    package var effect: Taint.Effect?

    package init(key: String?, operator: Operator = .equal, value: String = "", effect: Taint.Effect? = nil) {
        self.key = key
        self.operator = `operator`
        self.value = value
        self.effect = effect
    }

    package func tolerates(_ taint: Taint) -> Bool {
        if let effect = self.effect, effect != taint.effect { return false }
        if let key = self.key, key != taint.key { return false }
        return self.operator == .exists || (self.key != nil && self.value == taint.value)
    }
}
