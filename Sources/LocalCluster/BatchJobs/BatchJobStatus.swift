internal import MaaSCore

/// The `status` of a `batch/v1` Job and the rules for changing it.
struct BatchJobStatus: Sendable, Hashable {
    /// The outcome that a job is heading for.
    enum Verdict: String, Sendable {
        case success = "SuccessCriteriaMet"
        case failure = "FailureTarget"

        /// The condition once all pods have ended.
        var end: String { self == .success ? "Complete" : "Failed" }
    }

    /// The whole `status`.
    private(set) var document: JSONValue

    init(of job: JSONValue) { self.document = job["status"] ?? [:] }

    var isFinished: Bool { self.isTrue("Complete") || self.isTrue("Failed") }
    var verdict: Verdict? { [.success, .failure].first { self.isTrue($0.rawValue) } }
    var succeeded: Int { self.document.integer(at: "succeeded") ?? 0 }
    var failed: Int { self.document.integer(at: "failed") ?? 0 }
    var startTime: Timestamp? { self.document.string(at: "startTime").flatMap(Timestamp.init(kubernetesTime:)) }
    /// When it became complete or failed.
    var endTime: Timestamp? {
        let end = self.conditions.first { ["Complete", "Failed"].contains($0.string(at: "type")) }
        return end?.string(at: "lastTransitionTime").flatMap(Timestamp.init(kubernetesTime:))
    }

    /// As in the API: `0,2-4`.
    var completedIndexes: Set<Int> {
        let parts = (self.document.string(at: "completedIndexes") ?? "").split(separator: ",")
        return Set(
            parts.flatMap { part -> [Int] in
                let ends = part.split(separator: "-").compactMap { Int($0) }
                guard let first = ends.first, let last = ends.last, first <= last else { return [] }
                return Array(first...last)
            }
        )
    }

    private var conditions: [JSONValue] { self.document.elements(at: "conditions") }

    private func isTrue(_ type: String) -> Bool {
        self.conditions.contains { $0.string(at: "type") == type && $0.string(at: "status") == "True" }
    }

    // MARK: Changes

    mutating func begin(now: Timestamp) {
        if self.isTrue("Suspended") { self.set("Suspended", "False", "JobResumed", "Job resumed", now: now) }
        if self.document["startTime"] == nil { self.document["startTime"] = .string(now.kubernetesTime) }
    }

    mutating func suspend(now: Timestamp) {
        guard !self.isTrue("Suspended") else { return }
        self.set("Suspended", "True", "JobSuspended", "Job suspended", now: now)
        self.document["startTime"] = nil
    }

    mutating func succeed(now: Timestamp) {
        let message = "Reached expected number of succeeded pods"
        self.set(Verdict.success.rawValue, "True", "CompletionsReached", message, now: now)
    }

    mutating func fail(_ reason: String, _ message: String, now: Timestamp) {
        self.set(Verdict.failure.rawValue, "True", reason, message, now: now)
    }

    /// Confirms the verdict, now that all pods have ended.
    mutating func finish(now: Timestamp) -> EventNote {
        guard let verdict, let cause = self.conditions.first(where: { $0.string(at: "type") == verdict.rawValue })
        else {
            return .normal("Running", "")
        }
        let (reason, message) = (cause.string(at: "reason") ?? "", cause.string(at: "message") ?? "")
        self.set(verdict.end, "True", reason, message, now: now)
        if verdict == .failure { return .warning(reason, message) }
        self.document["completionTime"] = .string(now.kubernetesTime)
        return .normal("Completed", "Job completed")
    }

    /// Adds ended pods to the counts.
    mutating func count(_ pods: [JSONValue]) {
        let good = pods.filter { $0.string(at: "status", "phase") == "Succeeded" }
        self.setCount("failed", self.failed + pods.count - good.count)
        let indexes = good.compactMap(\.completionIndex)
        guard !indexes.isEmpty else { return self.setCount("succeeded", self.succeeded + good.count) }
        let completed = self.completedIndexes.union(indexes)
        self.document["completedIndexes"] = .string(completed.sorted().map(String.init).joined(separator: ","))
        self.setCount("succeeded", completed.count)
    }

    mutating func set(active: [JSONValue], terminating: Int) {
        self.setCount("active", active.count)
        self.setCount("ready", active.count { $0.isReady })
        self.setCount("terminating", terminating)
    }

    /// Zero is omitted, as by Go's omitempty.
    private mutating func setCount(_ name: String, _ count: Int) {
        self.document[path: name] = count > 0 ? .integer(Int64(count)) : .none
    }

    private mutating func set(_ type: String, _ value: String, _ reason: String, _ message: String, now: Timestamp) {
        let condition: JSONValue = [
            "type": .string(type), "status": .string(value), "reason": .string(reason), "message": .string(message),
            "lastProbeTime": .string(now.kubernetesTime), "lastTransitionTime": .string(now.kubernetesTime),
        ]
        let others = self.conditions.filter { $0.string(at: "type") != type }
        self.document["conditions"] = .array(others + [condition])
    }
}

extension JSONValue {
    fileprivate var isReady: Bool {
        self.elements(at: "status", "conditions").contains {
            $0.string(at: "type") == "Ready" && $0.string(at: "status") == "True"
        }
    }
}
