/// How long jobs hold their GPUs, learned from completed ones.
///
/// The expected duration of a workload is the median of its last few, which is robust against outliers. A workload
/// never seen before gets the template's estimate, corrected by how that template's estimates have turned out so far.
package struct DurationModel: Sendable {
    /// The median and the 0.9 quantile of the samples.
    private struct Average: Sendable {
        private var samples = Samples()
        private(set) var median: Double?
        private(set) var late: Double?

        mutating func add(_ value: Double) {
            self.samples.add(value)
            self.median = self.samples.quantile(0.5)
            self.late = self.samples.quantile(0.9)
        }
    }

    private struct Entry: Sendable {
        var estimate: Duration
        var template: Int
        /// In seconds.
        var duration = Average()
    }

    private var entries: [Entry] = []
    private var entryOfWorkload: [Workload: Int] = [:]
    /// For each template, ratios of durations to estimates.
    private var ratios: [Average] = []
    private var templates: [String: Int] = [:]

    package init() {}

    /// Learns how long a completed job held its GPUs.
    package mutating func learn(_ workload: Workload, estimate: Duration, took duration: Duration) {
        self.learn(self.index(of: workload, estimate: estimate), took: duration)
    }

    // MARK: By index

    /// The workload's index, which never changes.
    mutating func index(of workload: Workload, estimate: Duration) -> Int {
        if let index = self.entryOfWorkload[workload] {
            self.entries[index].estimate = estimate
            return index
        }
        let index = self.entries.count
        let template = self.templates[workload.template] ?? self.ratios.count
        if template == self.ratios.count {
            self.ratios.append(Average())
            self.templates[workload.template] = template
        }
        self.entryOfWorkload[workload] = index
        self.entries.append(Entry(estimate: estimate, template: template))
        return index
    }

    func expected(_ index: Int) -> Duration {
        if let median = self.entries[index].duration.median { return .seconds(median) }
        let entry = self.entries[index]
        return self.ratios[entry.template].median.map { entry.estimate * $0 } ?? entry.estimate
    }

    /// A pessimistic estimate, for a job that must end in time.
    func pessimistic(_ index: Int) -> Duration {
        if let late = self.entries[index].duration.late { return .seconds(late) }
        let entry = self.entries[index]
        return self.ratios[entry.template].late.map { entry.estimate * $0 } ?? entry.estimate
    }

    mutating func learn(_ index: Int, took duration: Duration) {
        self.entries[index].duration.add(duration.inSeconds)
        let estimate = self.entries[index].estimate.inSeconds
        if estimate > 0 { self.ratios[self.entries[index].template].add(duration.inSeconds / estimate) }
    }
}
