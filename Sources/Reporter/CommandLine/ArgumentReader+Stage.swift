internal import MaaSCore

extension ArgumentReader {
    /// Parses a stage by its name in events; nil when the option is missing.
    func stage(_ name: String) throws(UsageError) -> TaskStage? {
        guard let text = self.option(name) else { return nil }
        guard let stage = TaskStage(rawValue: text) else {
            throw UsageError("--\(name) must be one of " + TaskStage.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return stage
    }
}
