/// The values of a route's `{names}` in one request's path.
package struct RouteParameters: Sendable, Hashable {
    private let values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    /// The value of a parameter; empty when the route has none of that name.
    package subscript(name: String) -> String { self.values[name] ?? "" }
}
