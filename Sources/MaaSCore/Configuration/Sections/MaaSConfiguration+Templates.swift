extension MaaSConfiguration {
    /// Where the job templates are.
    package struct Templates: Sendable, Hashable {
        /// Every `*.yaml` in it is a template.
        package var directory = "k8s/templates"
        /// The names of those that are offered; empty offers all. The others are checked, and finish what they have begun.
        package var offered: [String] = []

        package init() {}
    }
}

extension MaaSConfiguration.Templates: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("directory", into: &self.directory, as: reader.path)
        // One text and not a list, so that it can come from an environment variable.
        var names = ""
        reader.read("offered", into: &names, as: .text)
        self.offered = names.split(separator: " ").map(String.init)
    }
}
