/// The ascending upper bounds of a histogram's buckets. Larger values are counted, too.
package struct HistogramBuckets: Sendable, Hashable {
    let bounds: [Double]

    package init(_ bounds: [Double]) { self.bounds = bounds.sorted() }

    /// For operations that take milliseconds and should not take seconds, such as requests and deliveries.
    package static let seconds = HistogramBuckets([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])

    /// For operations that take seconds to hours, such as waiting for GPUs and generating.
    package static let minutes = HistogramBuckets([
        1, 5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800,
    ])
}
