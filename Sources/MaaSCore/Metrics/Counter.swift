/// A metric that only increases.
@LoopActor
package final class Counter: MetricFamily {
    let header: MetricHeader
    private var series: MetricSeries<Double>

    init(_ header: MetricHeader) {
        self.header = header
        self.series = MetricSeries(header, initial: 0)
    }

    /// Exports the series with these label values as zero until it is counted. Prometheus knows no increase of a series
    /// that it has not seen before, so an alert would miss the first ones.
    package func start(_ labels: String...) { self.series.update(labels) { _ in } }

    /// Adds one to the series with these label values. They must be from a small, known set: no ids, no paths.
    package func increment(_ labels: String...) { self.series.update(labels) { $0 += 1 } }

    /// Adds `amount`, which must not be negative.
    package func add(_ amount: Double, _ labels: String...) { self.series.update(labels) { $0 += max(0, amount) } }

    func write(to text: inout MetricText) {
        text.begin(self.header)
        for (labels, value) in self.series.sorted { text.sample(self.header, labels, value) }
    }
}
