internal import MaaSCore

/// The process's environment, with empty variables treated as unset: templates render missing values as empty.
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
