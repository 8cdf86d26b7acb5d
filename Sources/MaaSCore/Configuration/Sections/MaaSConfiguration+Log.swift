extension MaaSConfiguration {
    /// The level and the format of the log.
    package struct Log: Sendable, Hashable {
        package var level = Logger.Level.info
        package var format = Logger.Format.automatic

        package init() {}
    }
}

extension MaaSConfiguration.Log: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("level", into: &self.level, as: .choice)
        reader.read("format", into: &self.format, as: .choice)
    }
}
