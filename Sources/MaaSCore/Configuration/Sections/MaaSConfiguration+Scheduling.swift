extension MaaSConfiguration {
    /// The scheduling policy: priorities and limits. See docs/scheduling.md.
    package struct Scheduling: Sendable, Hashable {
        /// From `classes` and `default_class`.
        package var classes = PriorityClasses()
        /// The time without being served after which a user's tasks are promoted by one class.
        package var agingInterval = Duration.minutes(30)
        /// The most classes by which they are promoted.
        package var agingLimit = PriorityClasses.maximumCount
        /// Whether smaller tasks may start before a larger one if they do not delay it.
        package var backfill = true
        /// The default limit of a user's running tasks; nil for no limit.
        package var userTasks: Int?
        package var userGPUs: Int?
        /// Limits of running tasks, by template.
        package var templates: [String: Limit] = [:]
        package var capacity = Capacity()
        package var preemption = Preemption()

        package init() {}

        /// Limits of running tasks; nil for no limit.
        package struct Limit: Sendable, Hashable {
            package var tasks: Int?
            package var gpus: Int?

            package init() {}
        }

        /// The GPUs that may be used, if not all; nil for all.
        package struct Capacity: Sendable, Hashable {
            /// In the whole cluster.
            package var gpus: Int?
            /// On each node not listed in `nodes`.
            package var gpusPerNode: Int?
            package var nodes: [String: Int] = [:]

            package init() {}
        }

        /// Whether running tasks are preempted by tasks of a more urgent class.
        package struct Preemption: Sendable, Hashable {
            package var isEnabled = false
            /// A task that has run for less is not preempted.
            package var minimumRunTime = Duration.minutes(5)
            /// Nothing is preempted for a task that is expected to start within this time anyway.
            package var patience = Duration.minutes(2)

            package init() {}
        }
    }
}

extension MaaSConfiguration.Scheduling: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        self.readClasses(from: reader)
        reader.read("aging_interval", into: &self.agingInterval, as: .duration(.seconds(1) ... .hours(7 * 24)))
        reader.read("aging_limit", into: &self.agingLimit, as: .integer(0...PriorityClasses.maximumCount))
        reader.read("backfill", into: &self.backfill, as: .flag)
        reader.read("user_tasks", into: &self.userTasks, as: .integer(0...1_000_000))
        reader.read("user_gpus", into: &self.userGPUs, as: .integer(0...1_000_000))
        var named: [(name: String, section: Limit)] = []
        reader.read(mapping: "templates", into: &named)
        self.templates = Dictionary(named.map { ($0.name, $0.section) }) { first, _ in first }
        reader.read(section: "capacity", into: &self.capacity)
        reader.read(section: "preemption", into: &self.preemption)
    }

    private mutating func readClasses(from reader: ConfigurationReader) {
        var names = self.classes.names
        reader.read(texts: "classes", into: &names)
        let isNamed = names.allSatisfy { ScalarFormat.isName($0, also: "-_") }
        guard isNamed, Set(names).count == names.count, (1...PriorityClasses.maximumCount).contains(names.count) else {
            return reader.fault("classes", "expected different names, such as [high, normal, low], most urgent first")
        }
        var standard = names.contains("normal") ? "normal" : names[names.count / 2]
        reader.read("default_class", into: &standard, as: .text)
        guard let classes = PriorityClasses(names, standard: standard) else {
            return reader.fault("default_class", "must be one of \(names.joined(separator: ", "))")
        }
        self.classes = classes
    }
}

extension MaaSConfiguration.Scheduling.Limit: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("tasks", into: &self.tasks, as: .integer(0...1_000_000))
        reader.read("gpus", into: &self.gpus, as: .integer(0...1_000_000))
    }
}

extension MaaSConfiguration.Scheduling.Capacity: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("gpus", into: &self.gpus, as: .integer(0...1_000_000))
        reader.read("gpus_per_node", into: &self.gpusPerNode, as: .integer(0...1_024))
        reader.read(mapping: "nodes", into: &self.nodes, as: .integer(0...1_024))
    }
}

extension MaaSConfiguration.Scheduling.Preemption: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("enabled", into: &self.isEnabled, as: .flag)
        reader.read("minimum_run_time", into: &self.minimumRunTime, as: .duration(.zero ... .hours(24)))
        reader.read("patience", into: &self.patience, as: .duration(.zero ... .hours(24)))
    }
}
