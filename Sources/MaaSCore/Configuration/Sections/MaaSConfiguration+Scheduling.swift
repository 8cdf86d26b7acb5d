extension MaaSConfiguration {
    /// Who goes first, and how much anybody may have.
    package struct Scheduling: Sendable, Hashable {
        /// What `classes` and `default_class` say.
        package var classes = PriorityClasses()

        package init() {}
    }
}

extension MaaSConfiguration.Scheduling: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        self.readClasses(from: reader)
    }

    private mutating func readClasses(from reader: ConfigurationReader) {
        var names = self.classes.names
        reader.read(texts: "classes", into: &names)
        let isNamed = names.allSatisfy { ScalarFormat.isName($0, also: "-_") }
        guard isNamed, Set(names).count == names.count, (1...PriorityClasses.maximumCount).contains(names.count) else {
            return reader.fault("classes", "expected different names, such as [high, normal, low], most urgent first")
        }
        var standard = names.contains("normal") ? "normal" : names[names.count / 2]
        reader.read("default_class", into: &standard, as: .text)
        guard let classes = PriorityClasses(names, standard: standard) else {
            return reader.fault("default_class", "must be one of \(names.joined(separator: ", "))")
        }
        self.classes = classes
    }
}
