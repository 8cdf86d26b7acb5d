/// The limits of one attempt.
package struct TemplateLimits: Sendable, Hashable {
    /// Measured from the start of the job; a longer attempt is ended.
    package var time = Duration.hours(1)
    /// The allowed total numbers of GPUs, ascending; nil allows any.
    package var gpus: [Int]?

    package init() {}
}

extension TemplateLimits: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("time", into: &self.time, as: .duration(.seconds(1) ... .hours(7 * 24)))
        var numbers: [JSONValue]?
        reader.read(jsonList: "gpus", into: &numbers)
        guard let numbers else { return }
        let counts = numbers.compactMap(\.integer).filter { (0...1_024).contains($0) }
        self.gpus = counts.map(Int.init).sorted()
        if counts.isEmpty || counts.count != numbers.count {
            reader.fault("gpus", "expected a list of whole numbers from 0 to 1024")
        }
    }
}
