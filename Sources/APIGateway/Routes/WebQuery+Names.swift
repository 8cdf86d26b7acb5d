internal import MaaSControl
internal import MaaSCore

/// Queries of the native API are checked as strictly as its bodies: without this, a misspelt filter would be ignored
/// and the list would contain everything.
extension WebQuery {
    private static let comparedLength = 100

    /// Adds a fault for each name that is not one of `names`, and for each that occurs more than once without being
    /// `repeatable`.
    func check(_ names: [String], repeatable: Set<String> = [], _ faults: inout [WebError.Field]) {
        var seen: Set<String> = []
        for name in self.items.map(\.name) {
            if !names.contains(name) {
                faults.append(.init(name, Self.fault(of: name, names)))
            } else if !seen.insert(name).inserted, !repeatable.contains(name) {
                faults.append(.init(name, "is given more than once"))
            }
        }
    }

    /// Throws 422 with the faults of ``check(_:repeatable:_:)``.
    func allow(_ names: [String]) throws(WebError) {
        var faults: [WebError.Field] = []
        self.check(names, &faults)
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func fault(of name: String, _ names: [String]) -> String {
        let fault = "is not a query parameter of this address"
        if names.isEmpty { return "\(fault), which has none" }
        // Comparing takes time, and the client chooses the length.
        if name.utf8.count <= Self.comparedLength, let nearest = NearestName.find(name, among: names) {
            return "\(fault): did you mean \(nearest)?"
        }
        return "\(fault), which has \(names.joined(separator: ", "))"
    }
}
