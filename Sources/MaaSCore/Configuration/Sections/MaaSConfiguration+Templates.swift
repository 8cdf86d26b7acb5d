extension MaaSConfiguration {
    /// The job templates.
    package struct Templates: Sendable, Hashable {
        /// Every `*.yaml` in it is a template.
        package var directory = "k8s/templates"
        /// The names of the offered templates; empty for all. The others are still loaded, so that their running tasks
        /// can finish.
        package var offered: [String] = []

        package init() {}
    }
}

extension MaaSConfiguration.Templates: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("directory", into: &self.directory, as: reader.path)
        // A string rather than a list, so that an environment variable can set it.
        var names = ""
        reader.read("offered", into: &names, as: .text)
        self.offered = names.split(separator: " ").map(String.init)
    }
}
