/// How much one attempt may take.
package struct TemplateLimits: Sendable, Hashable {
    /// From the start of the job; an attempt that takes longer is ended.
    package var time = Duration.hours(1)

    package init() {}
}

extension TemplateLimits: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("time", into: &time, as: .duration(.seconds(1) ... .hours(7 * 24)))
    }
}
