/// A metric of the distribution of values: the number of values up to each bound, the total number and the sum.
@LoopActor
package final class Histogram: MetricFamily {
    private struct Distribution {
        /// Values between a bound and the previous one; the last element counts those above all bounds.
        var counts: [Int]
        var sum = 0.0
    }

    let header: MetricHeader
    private let bounds: [Double]
    private var series: MetricSeries<Distribution>

    init(_ header: MetricHeader, buckets: HistogramBuckets) {
        self.header = header
        self.bounds = buckets.bounds
        let empty = Distribution(counts: Array(repeating: 0, count: buckets.bounds.count + 1))
        self.series = MetricSeries(header, initial: empty)
    }

    package func observe(_ value: Double, _ labels: String...) { self.observe(value, labels) }

    /// Observes a duration in seconds.
    package func observe(_ duration: Duration, _ labels: String...) { self.observe(duration.inSeconds, labels) }

    private func observe(_ value: Double, _ labels: [String]) {
        let bucket = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.series.update(labels) { distribution in
            distribution.counts[bucket] += 1
            distribution.sum += value
        }
    }

    func write(to text: inout MetricText) {
        text.begin(self.header)
        for (labels, distribution) in self.series.sorted {
            var count = 0
            for (bound, added) in zip(self.bounds + [.infinity], distribution.counts) {
                count += added
                text.sample(self.header, labels, Double(count), suffix: "_bucket", bound: bound)
            }
            text.sample(self.header, labels, distribution.sum, suffix: "_sum")
            text.sample(self.header, labels, Double(count), suffix: "_count")
        }
    }
}
