/// Writes Prometheus' text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricText {
    private(set) var text = ""

    mutating func begin(_ header: MetricHeader) {
        self.text += "# HELP \(header.name) \(Self.escaped(header.help, quotes: false))\n"
        self.text += "# TYPE \(header.name) \(header.kind.rawValue)\n"
    }

    /// - Parameter bound: the upper bound of a histogram's bucket, for the label `le`.
    mutating func sample(
        _ header: MetricHeader,
        _ labels: [String],
        _ value: Double,
        suffix: String = "",
        bound: Double? = nil
    ) {
        var pairs = zip(header.labels, labels).map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(Self.number(bound))\"") }
        self.text += header.name + suffix
        if !pairs.isEmpty { self.text += "{\(pairs.joined(separator: ","))}" }
        self.text += " \(Self.number(value))\n"
    }

    /// In the syntax of Go's ParseFloat. Whole numbers have no fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
