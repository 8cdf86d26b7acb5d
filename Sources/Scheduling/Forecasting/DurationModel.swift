/// How long jobs hold their GPUs, learned from those that have completed.
///
/// Of each workload the last few durations are kept and their median is expected: one job that hung or was lucky
/// changes nothing. A workload that was never seen takes the template's estimate, corrected by how the template's
/// estimates have turned out so far.
package struct DurationModel: Sendable {
    /// What was learned of one thing: the middle, and what nine of ten are below.
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
    /// Of each template, durations divided by their estimates.
    private var ratios: [Average] = []
    private var templates: [String: Int] = [:]

    package init() {}

    /// How long a job should take.
    package mutating func expectedDuration(of workload: Workload, estimate: Duration) -> Duration {
        self.expected(self.index(of: workload, estimate: estimate))
    }

    /// Takes how long a completed job held its GPUs.
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

    /// For whoever must end in time.
    func cautious(_ index: Int) -> Duration {
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

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
