internal import MaaSCore

/// The variables of the process, where one set to nothing is as good as not set: templates render absent values so.
struct ReporterEnvironment {
    let variables: [String: String]

    subscript(_ name: String) -> String? {
        self.variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func required(_ name: String) throws(UsageError) -> String {
        guard let value = self[name] else { throw UsageError("\(name) is not set") }
        return value
    }
}
