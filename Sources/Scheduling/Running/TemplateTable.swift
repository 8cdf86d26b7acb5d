/// The templates, and the running jobs of each.
struct TemplateTable: Sendable {
    private var names: [String] = []
    private var running: [RunningCount] = []
    private var limits: [RunningLimit] = []
    private var indexOfName: [String: Int] = [:]
    private let policy: [String: RunningLimit]

    init(limits: [String: RunningLimit]) { self.policy = limits }

    mutating func index(of name: String) -> Int {
        if let index = self.indexOfName[name] { return index }
        let index = self.names.count
        self.indexOfName[name] = index
        self.names.append(name)
        self.running.append(RunningCount())
        self.limits.append(self.policy[name] ?? RunningLimit())
        return index
    }

    func name(_ index: Int) -> String { self.names[index] }

    func hasRoom(_ index: Int, for gpus: Double) -> Bool {
        self.running[index].hasRoom(for: gpus, within: self.limits[index])
    }

    /// Whether a job of that many GPUs may run when nothing else of the template does.
    func allows(_ index: Int, gpus: Double) -> Bool { RunningCount.isAllowed(gpus, within: self.limits[index]) }

    mutating func started(_ index: Int, gpus: Double) { self.running[index].add(gpus: gpus) }
    mutating func ended(_ index: Int, gpus: Double) { self.running[index].remove(gpus: gpus) }
}
