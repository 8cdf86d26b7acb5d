/// How long jobs hold their GPUs, learned from those that have completed.
///
/// Of each workload the last few durations are kept and their median is expected: one job that hung or was lucky
/// changes nothing. A workload that was never seen takes the template's estimate, corrected by how the template's
/// estimates have turned out so far.
package struct DurationModel: Sendable {
    private struct Entry: Sendable {
        var workload: Workload
        var estimate: Duration
        var template: Int
        var samples = Samples()
        var expected: Duration
        /// Nine of ten are shorter.
        var cautious: Duration
    }

    private var entries: [Entry] = []
    private var entryOfWorkload: [Workload: Int] = [:]
    /// Of each template, durations divided by their estimates.
    private var ratios: [Samples] = []
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
            if self.entries[index].estimate != estimate {
                self.entries[index].estimate = estimate
                self.refresh(index)
            }
            return index
        }
        let index = self.entries.count
        let template = self.templates[workload.template] ?? self.ratios.count
        if template == self.ratios.count {
            self.ratios.append(Samples())
            self.templates[workload.template] = template
        }
        self.entryOfWorkload[workload] = index
        self.entries.append(
            Entry(workload: workload, estimate: estimate, template: template, expected: estimate, cautious: estimate)
        )
        self.refresh(index)
        return index
    }

    func expected(_ index: Int) -> Duration { self.entries[index].expected }

    /// For whoever must end in time.
    func cautious(_ index: Int) -> Duration { self.entries[index].cautious }

    mutating func learn(_ index: Int, took duration: Duration) {
        let template = self.entries[index].template
        self.entries[index].samples.add(duration.inSeconds)
        let estimate = self.entries[index].estimate.inSeconds
        if estimate > 0 { self.ratios[template].add(duration.inSeconds / estimate) }
        for other in self.entries.indices
        where other == index || self.entries[other].template == template && self.entries[other].samples.isEmpty {
            self.refresh(other)
        }
    }

    private mutating func refresh(_ index: Int) {
        let entry = self.entries[index]
        if let median = entry.samples.quantile(0.5), let late = entry.samples.quantile(0.9) {
            self.entries[index].expected = .seconds(median)
            self.entries[index].cautious = .seconds(late)
        } else {
            let ratio = self.ratios[entry.template].quantile(0.5) ?? 1
            self.entries[index].expected = entry.estimate * ratio
            self.entries[index].cautious = entry.estimate * max(ratio, self.ratios[entry.template].quantile(0.9) ?? 1)
        }
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
