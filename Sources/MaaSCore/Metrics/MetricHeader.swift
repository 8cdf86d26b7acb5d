/// The metadata of a metric.
struct MetricHeader: Sendable, Hashable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    let name: String
    let kind: Kind
    let help: String
    let labels: [String]
    /// Those of the labels that are told apart even when there are too many series (``MetricSeries``).
    let kept: Set<String>

    init(_ name: String, _ kind: Kind, help: String, labels: [String], kept: Set<String> = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.kept = kept
    }
}
