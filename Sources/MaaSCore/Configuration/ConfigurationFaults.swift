/// All faults in a configuration file, in order of lines.
package struct ConfigurationFaults: Error, Hashable, CustomStringConvertible {
    /// The path of the file as given by the caller.
    package var file: String
    package var faults: [ConfigurationFault]

    package init(file: String, faults: [ConfigurationFault]) {
        self.file = file
        self.faults = faults
    }

    /// One line per fault, fit for a terminal: `services.yaml:12: redis.url: …`.
    package var description: String {
        self.faults.map { "\(self.file):\($0)" }.joined(separator: "\n")
    }
}
