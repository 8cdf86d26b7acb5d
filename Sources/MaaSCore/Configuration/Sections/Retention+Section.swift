extension Retention: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        let format = ScalarFormat<Duration>.duration(.minutes(1) ... .hours(36_500 * 24))
        reader.read("completed", into: &self.completed, as: format)
        reader.read("failed", into: &self.failed, as: format)
        reader.read(mapping: "templates", into: &self.templates, as: format)
        reader.read("record", into: &self.record, as: format)
        let longest = ([self.completed, self.failed] + self.templates.values).max() ?? self.completed
        if self.record < longest {
            reader.fault("record", "must not be shorter than the files are kept: \(longest.text)")
        }
    }
}
