extension MaaSConfiguration {
    /// What is logged, and in which form.
    package struct Log: Sendable, Hashable {
        package enum Level: String, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error
        }

        package enum Format: String, Sendable, CaseIterable {
            /// One JSON object a line.
            case json
            case text
            /// Text on a terminal, JSON elsewhere.
            case auto
        }

        package var level = Level.info
        package var format = Format.auto

        package init() {}
    }
}

extension MaaSConfiguration.Log: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("level", into: &level, as: .choice)
        reader.read("format", into: &format, as: .choice)
    }
}
