/// A metric that can increase and decrease.
@LoopActor
package final class Gauge: MetricFamily {
    let header: MetricHeader
    private var series: MetricSeries<Double>

    init(_ header: MetricHeader) {
        self.header = header
        self.series = MetricSeries(header, initial: 0)
    }

    package func set(_ value: Double, _ labels: String...) { self.series.update(labels) { $0 = value } }

    func write(to text: inout MetricText) {
        text.begin(self.header)
        for (labels, value) in self.series.sorted { text.sample(self.header, labels, value) }
    }
}
