internal import FoundationEssentials

extension MaaSConfiguration {
    /// Reads a configuration file and validates all of it.
    ///
    /// - Parameter path: The file. Relative paths in it are resolved against its directory.
    /// - Parameter environment: The variables for `${NAME}`.
    /// - Throws: All faults, in order of lines.
    package static func load(
        path: String,
        environment: [String: String]
    ) throws(ConfigurationFaults) -> MaaSConfiguration {
        guard let contents = FileManager.default.contents(atPath: path) else {
            let fault = ConfigurationFault(path: "", line: 1, message: "the file does not exist or cannot be read")
            throw ConfigurationFaults(file: path, faults: [fault])
        }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        return try Self.load(text: [UInt8](contents), file: path, directory: directory, environment: environment)
    }

    static func load(
        text: [UInt8],
        file: String,
        directory: String,
        environment: [String: String]
    ) throws(ConfigurationFaults) -> MaaSConfiguration {
        let root: YAMLNode
        do {
            root = try YAMLParser.document(in: text)
        } catch {
            let message = "column \(error.position.column): \(error.message)"
            let fault = ConfigurationFault(path: "", line: error.position.line, message: message)
            throw ConfigurationFaults(file: file, faults: [fault])
        }
        let context = ConfigurationReader.Context(environment: environment, directory: directory)
        var configuration = MaaSConfiguration()
        ConfigurationReader.read(&configuration, from: root, at: "", in: context)
        guard context.faults.isEmpty else {
            // Faults are not found in order of lines: unknown keys come last in their section.
            let ordered = context.faults.enumerated().sorted {
                ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
            }
            throw ConfigurationFaults(file: file, faults: ordered.map(\.element))
        }
        return configuration
    }
}
