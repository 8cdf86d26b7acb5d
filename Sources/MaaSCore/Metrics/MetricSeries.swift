/// The series of one metric by label values, bounded in number.
///
/// Each series costs memory here and in Prometheus as long as both run, so no input may create them without limit. When
/// the table is full, further values are counted together under `other`, except those of labels that are kept.
struct MetricSeries<Value> {
    static var limit: Int { 512 }
    static var overflow: String { "other" }

    private let header: MetricHeader
    private let initial: Value
    private var values: [[String]: Value] = [:]

    /// A metric without labels has its series from the start, so that it is exported as zero.
    init(_ header: MetricHeader, initial: Value) {
        self.header = header
        self.initial = initial
        if header.labels.isEmpty { self.values[[]] = initial }
    }

    mutating func update(_ labels: [String], _ change: (inout Value) -> Void) {
        precondition(labels.count == self.header.labels.count, "a metric is given a value for each of its labels")
        if let index = self.values.index(forKey: labels) { return change(&self.values.values[index]) }
        let initial = self.initial
        let key = self.values.count < Self.limit ? labels : self.overflow(of: labels)
        change(&self.values[key, default: initial])
    }

    private func overflow(of labels: [String]) -> [String] {
        zip(self.header.labels, labels).map { self.header.kept.contains($0) ? $1 : Self.overflow }
    }

    /// Sorted by label values, for a stable output.
    var sorted: [(labels: [String], value: Value)] {
        self.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
}
