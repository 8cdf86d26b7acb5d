extension MaaSConfiguration {
    /// Where the job templates are.
    package struct Templates: Sendable, Hashable {
        /// Every `*.yaml` in it is a template.
        package var directory = "k8s/templates"

        package init() {}
    }
}

extension MaaSConfiguration.Templates: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("directory", into: &directory, as: reader.path)
    }
}
