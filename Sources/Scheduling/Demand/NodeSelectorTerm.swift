/// Requirements that a node's labels must all meet.
package struct NodeSelectorTerm: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        /// The operators of Kubernetes' `NodeSelectorRequirement`.
        package enum Operator: String, Sendable, Hashable {
            case isIn = "In"
            case isNotIn = "NotIn"
            case exists = "Exists"
            case doesNotExist = "DoesNotExist"
            /// Both sides are parsed as integers.
            case isGreaterThan = "Gt"
            case isLessThan = "Lt"
        }

        package var key: String
        package var `operator`: Operator
        package var values: [String]

        package init(key: String, operator: Operator, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }

        package func matches(_ labels: [String: String]) -> Bool {
            let value = labels[self.key]
            return switch self.operator {
            case .isIn: value.map(self.values.contains) ?? false
            case .isNotIn: value.map { !self.values.contains($0) } ?? true
            case .exists: value != nil
            case .doesNotExist: value == nil
            case .isGreaterThan: self.compare(value) { $0 > $1 }
            case .isLessThan: self.compare(value) { $0 < $1 }
            }
        }

        private func compare(_ value: String?, by areInOrder: (Int, Int) -> Bool) -> Bool {
            guard let value = value.flatMap({ Int($0) }), let bound = self.values.first.flatMap({ Int($0) }) else {
                return false
            }
            return areInOrder(value, bound)
        }
    }

    package var requirements: [Requirement]

    package init(_ requirements: [Requirement]) { self.requirements = requirements }

    /// A term without requirements matches nothing, as in Kubernetes.
    package func matches(_ labels: [String: String]) -> Bool {
        !self.requirements.isEmpty && self.requirements.allSatisfy { $0.matches(labels) }
    }
}
