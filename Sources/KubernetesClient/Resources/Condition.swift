package import MaaSCore

/// One of an object's conditions.
package struct Condition: Sendable, Hashable {
    package let type: String
    /// Whether its status is `True`, rather than `False` or `Unknown`.
    package let isTrue: Bool
    package let reason: String?
    package let message: String?

    package init(_ condition: JSONValue) {
        self.type = condition["type"]?.string ?? ""
        self.isTrue = condition["status"]?.string == "True"
        self.reason = condition["reason"]?.string
        self.message = condition["message"]?.string
    }

    /// The conditions in the status of `object`, in the order they were added.
    static func all(of object: JSONValue) -> [Condition] {
        object["status"]?["conditions"]?.array?.map { Condition($0) } ?? []
    }
}
