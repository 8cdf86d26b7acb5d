/// An estimate of an attempt's run time: a fixed part, and terms that scale with parameters.
///
/// `{fixed: 40s, terms: [{seconds: 0.5, times: [steps, frames], by: {size: {832*480: 1, 1280*720: 3.6}}}]}` is 40 s
/// plus half a second per frame and step, 3.6 times as much for the larger size.
package struct TemplateEstimate: Sendable, Hashable {
    struct Term: Sendable, Hashable {
        var seconds = 0.0
        /// Numeric parameters that multiply it.
        var times: [String] = []
        /// Factors for the values of further parameters.
        var factors: [String: [String: Double]] = [:]

        init() {}
    }

    var fixed = Duration.seconds(60)
    var terms: [Term] = []

    package init() {}

    /// The estimate for validated parameters with defaults. An absent parameter counts as 1.
    package func duration(of parameters: JSONValue) -> Duration {
        let variable = self.terms.reduce(0.0) { sum, term in
            let product = term.times.reduce(term.seconds) { $0 * (parameters[$1]?.number ?? 1) }
            return sum
                + term.factors.reduce(product) { product, factor in
                    product * (parameters[factor.key].flatMap { factor.value[$0.plainText] } ?? 1)
                }
        }
        // Milliseconds are exact enough, and the cap keeps sums far from overflow.
        return self.fixed + .milliseconds(Int64(min(max(variable, 0), 1e12) * 1_000))
    }
}

extension TemplateEstimate: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("fixed", into: &self.fixed, as: .duration(.zero ... .hours(7 * 24)))
        reader.read(list: "terms", into: &self.terms)
    }
}

extension TemplateEstimate.Term: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        var value: JSONValue?
        reader.read(json: "seconds", into: &value)
        if let number = value?.number, number >= 0 {
            self.seconds = number
        } else {
            reader.fault("seconds", "expected a number of seconds, 0 or more")
        }
        reader.read(texts: "times", into: &self.times)
        var table: JSONValue?
        reader.read(json: "by", into: &table)
        for (name, values) in table?.object ?? [:] {
            let numbers = values.object?.compactMapValues(\.number)
            if numbers?.count != values.object?.count || numbers == nil {
                reader.fault("by", "\(name) must be a mapping from values to numbers")
            }
            self.factors[name] = numbers
        }
        if let table, table.object == nil { reader.fault("by", "expected a mapping from parameters to their factors") }
    }
}
