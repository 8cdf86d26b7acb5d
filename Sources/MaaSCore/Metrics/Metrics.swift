/// The numbers a process tells of itself, for Prometheus to collect.
///
/// Each part asks for its metrics once, when it is put together, and counts on what it gets. All of it lives on the
/// loop, so counting takes no lock. What a part knows anyway is not counted but read at the moment of collection.
@LoopActor
package final class Metrics {
    private var families: [String: any MetricFamily] = [:]

    package init() {}

    /// What only grows. The name ends in `_total` (Prometheus' naming conventions).
    ///
    /// - Parameter labels: the names of its labels; each use gives their values, in this order.
    package func counter(_ name: String, help: String, labels: [String] = []) -> Counter {
        self.register(Counter(MetricHeader(name, .counter, help: help, labels: labels)))
    }

    /// What rises and falls.
    package func gauge(_ name: String, help: String, labels: [String] = []) -> Gauge {
        self.register(Gauge(MetricHeader(name, .gauge, help: help, labels: labels)))
    }

    /// How values are spread, such as durations in seconds.
    package func histogram(
        _ name: String,
        help: String,
        labels: [String] = [],
        buckets: HistogramBuckets = .seconds
    ) -> Histogram {
        self.register(Histogram(MetricHeader(name, .histogram, help: help, labels: labels), buckets: buckets))
    }

    /// A counter that somebody keeps already: `read` gives its value at each collection, or nil while there is none.
    package func counter(_ name: String, help: String, read: @escaping @LoopActor () -> Double?) {
        self.read(MetricHeader(name, .counter, help: help, labels: [])) { read().map { [([], $0)] } ?? [] }
    }

    /// A gauge that somebody keeps already: `read` gives its value at each collection, or nil while there is none.
    package func gauge(_ name: String, help: String, read: @escaping @LoopActor () -> Double?) {
        self.read(MetricHeader(name, .gauge, help: help, labels: [])) { read().map { [([], $0)] } ?? [] }
    }

    /// A gauge with labels that somebody keeps already: `read` gives values, each with the values of its labels.
    /// Several parts may each give some of them.
    package func gauge(
        _ name: String,
        help: String,
        labels: [String],
        read: @escaping @LoopActor () -> [(labels: [String], value: Double)]
    ) {
        self.read(MetricHeader(name, .gauge, help: help, labels: labels)) { read().map { ($0.labels, $0.value) } }
    }

    /// All of it now, in the order of the names: Prometheus' text format, version 0.0.4.
    package var text: String {
        var text = MetricText()
        for (_, family) in self.families.sorted(by: { $0.key < $1.key }) { family.write(to: &text) }
        return text.text
    }

    /// The type of ``text``.
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private func read(_ header: MetricHeader, _ read: @escaping MetricReading.Read) {
        self.register(MetricReading(header)).add(read)
    }

    /// A second part that asks for the same metric shares it.
    @discardableResult
    private func register<Family: MetricFamily>(_ family: Family) -> Family {
        guard let existing = self.families[family.header.name] else {
            self.families[family.header.name] = family
            return family
        }
        // Two metrics of one name would be one that means nothing; only a mistake in the program gets here.
        guard let same = existing as? Family, same.header == family.header else {
            preconditionFailure("the metric \(family.header.name) is there already, and is another one")
        }
        return same
    }
}
