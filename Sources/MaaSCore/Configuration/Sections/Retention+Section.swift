extension Retention: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        let format = ScalarFormat<Duration>.duration(.minutes(1) ... .hours(36_500 * 24))
        reader.read("completed", into: &completed, as: format)
        reader.read("failed", into: &failed, as: format)
        reader.read(mapping: "templates", into: &templates, as: format)
        reader.read("record", into: &record, as: format)
        let longest = ([completed, failed] + templates.values).max() ?? completed
        if record < longest { reader.fault("record", "must not be shorter than the files are kept: \(longest.text)") }
    }
}
