/// What the `{names}` of a route stand for in one request's path.
package struct RouteParameters: Sendable, Hashable {
    private let values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    /// The value of a parameter of the route; empty when the route has no parameter of that name.
    package subscript(name: String) -> String { self.values[name] ?? "" }
}
