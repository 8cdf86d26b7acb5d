extension MaaSConfiguration {
    /// The container images for the placeholders `{{ worker_image }}` and `{{ reporter_image }}`.
    package struct Images: Sendable, Hashable {
        package var worker = "maas-worker:latest"
        package var reporter = "maas-reporter:latest"

        package init() {}
    }
}

extension MaaSConfiguration.Images: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("worker", into: &self.worker, as: .text)
        reader.read("reporter", into: &self.reporter, as: .text)
    }
}
