/// The metadata of a metric.
struct MetricHeader: Sendable, Hashable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    let name: String
    let kind: Kind
    let help: String
    let labels: [String]

    init(_ name: String, _ kind: Kind, help: String, labels: [String]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }
}
