/// A metric whose values are read from other parts at each collection.
@LoopActor
final class MetricReading: MetricFamily {
    typealias Read = @LoopActor () -> [([String], Double)]

    let header: MetricHeader
    private var reads: [Read] = []

    init(_ header: MetricHeader) { self.header = header }

    func add(_ read: @escaping Read) { self.reads.append(read) }

    func write(to text: inout MetricText) {
        var values: [[String]: Double] = [:]
        for read in self.reads {
            for (labels, value) in read() { values[labels] = value }
        }
        text.begin(self.header)
        let sorted = values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (labels, value) in sorted.prefix(MetricSeries<Double>.limit) { text.sample(self.header, labels, value) }
    }
}
