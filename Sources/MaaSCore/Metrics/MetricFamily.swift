/// A metric with all its series.
@LoopActor
protocol MetricFamily: AnyObject {
    var header: MetricHeader { get }

    func write(to text: inout MetricText)
}
