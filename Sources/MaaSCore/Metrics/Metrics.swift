/// The metrics of a process, for Prometheus.
///
/// Each part registers its metrics once, when it is created. All of it lives on the loop, so counting needs no lock.
/// Values that a part keeps anyway are read at collection instead of being counted.
@LoopActor
package final class Metrics {
    private var families: [String: any MetricFamily] = [:]

    package init() {}

    /// A counter, whose name ends in `_total` (Prometheus' naming conventions).
    ///
    /// - Parameters:
    ///   - labels: the names of its labels; each use gives their values in this order.
    ///   - kept: labels whose values are told apart even when there are too many series, so no input may choose them.
    package func counter(
        _ name: String,
        help: String,
        labels: [String] = [],
        keeping kept: Set<String> = []
    ) -> Counter {
        self.register(Counter(MetricHeader(name, .counter, help: help, labels: labels, kept: kept)))
    }

    /// A gauge.
    package func gauge(_ name: String, help: String, labels: [String] = []) -> Gauge {
        self.register(Gauge(MetricHeader(name, .gauge, help: help, labels: labels)))
    }

    /// A histogram, such as of durations in seconds.
    package func histogram(
        _ name: String,
        help: String,
        labels: [String] = [],
        buckets: HistogramBuckets = .seconds
    ) -> Histogram {
        self.register(Histogram(MetricHeader(name, .histogram, help: help, labels: labels), buckets: buckets))
    }

    /// A counter kept elsewhere: `read` returns its value at each collection, or nil when there is none.
    package func counter(_ name: String, help: String, read: @escaping @LoopActor () -> Double?) {
        self.read(MetricHeader(name, .counter, help: help, labels: [])) { read().map { [([], $0)] } ?? [] }
    }

    /// A gauge kept elsewhere: `read` returns its value at each collection, or nil when there is none.
    package func gauge(_ name: String, help: String, read: @escaping @LoopActor () -> Double?) {
        self.read(MetricHeader(name, .gauge, help: help, labels: [])) { read().map { [([], $0)] } ?? [] }
    }

    /// A gauge with labels kept elsewhere: `read` returns values with their label values. Several parts may each
    /// contribute some.
    package func gauge(
        _ name: String,
        help: String,
        labels: [String],
        read: @escaping @LoopActor () -> [(labels: [String], value: Double)]
    ) {
        self.read(MetricHeader(name, .gauge, help: help, labels: labels)) { read().map { ($0.labels, $0.value) } }
    }

    /// All metrics, sorted by name, in Prometheus' text format, version 0.0.4.
    package var text: String {
        var text = MetricText()
        for (_, family) in self.families.sorted(by: { $0.key < $1.key }) { family.write(to: &text) }
        return text.text
    }

    /// The media type of ``text``.
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private func read(_ header: MetricHeader, _ read: @escaping MetricReading.Read) {
        self.register(MetricReading(header)).add(read)
    }

    /// A part that registers the same metric again shares it.
    @discardableResult
    private func register<Family: MetricFamily>(_ family: Family) -> Family {
        guard let existing = self.families[family.header.name] else {
            self.families[family.header.name] = family
            return family
        }
        // Two different metrics with one name would be ambiguous; only a programming error gets here.
        guard let same = existing as? Family, same.header == family.header else {
            preconditionFailure("the metric \(family.header.name) is registered already, with another kind or labels")
        }
        return same
    }
}
