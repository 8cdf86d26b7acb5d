internal import MaaSCore

/// Objects of a task or an upload that are to be deleted, as somebody has taken it on to do for a while.
package struct ObjectRemoval: Sendable, Hashable {
    /// Of the task, or of the upload.
    package let id: String
    /// All that may be in the object store. What is not there is no fault.
    package let keys: [String]
    /// Nobody could write them any more when this was taken on: when they are gone now, they stay gone.
    package let isFinal: Bool
    /// How often it failed on end.
    package let failures: Int

    /// When a pod's links have ended by our clock, what was begun before may still arrive, and clocks differ.
    static let margin = Duration.hours(1)
    /// Between the first deletion and the next look: a pod that was ended writes its output within its grace period.
    static let secondLook = Duration.minutes(10)

    /// How long after the failure number `count` it is tried again: from two minutes to a day, and never given up.
    static func delay(afterFailure count: Int) -> Duration { min(.minutes(1) * (1 << min(count, 11)), .hours(24)) }

    static let columns: StaticString = """
        r.id, r.attempts, r.object, r.failures, r.writable_until <= now() AS is_final
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("id")
        self.isFinal = try row.decode("is_final")
        self.failures = try row.decode("failures")
        let attempts: Int = try row.decode("attempts")
        let object: String? = try row.decodeIfPresent("object")
        var keys = object.map { [$0] } ?? []
        if let task = TaskID(self.id) {
            for attempt in 0..<attempts { keys += OutputKey.all(task: task, attempt: attempt + 1) }
        }
        self.keys = keys
    }
}
