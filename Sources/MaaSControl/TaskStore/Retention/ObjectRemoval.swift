internal import MaaSCore

/// The objects of a task or an upload that are to be deleted, or a picture whose task was never created; leased to one
/// worker.
package struct ObjectRemoval: Sendable, Hashable {
    /// The id of the task or of the upload, or `picture_` and the id of the task that the picture was stored for.
    package let id: String
    /// All keys that may exist in the object store. Missing ones are not an error.
    package let keys: [String]
    /// Whether nobody could write the objects any more when this was leased, so that a deletion is final.
    package let isFinal: Bool
    /// The number of consecutive failures.
    package let failures: Int

    /// Allows for clock differences, and for uploads that began before a pod's presigned URLs expired.
    static let margin = Duration.hours(1)
    /// The delay from the first deletion to the next: a pod that is terminated may write its output within its grace
    /// period.
    static let secondLook = Duration.minutes(10)

    /// The delay after failure number `count`: from two minutes to a day, without ever giving up.
    static func delay(afterFailure count: Int) -> Duration { .minutes(1).doubled(count, atMost: .hours(24)) }

    /// Whether the removal `r` is of a picture about which is to be decided now.
    static let isUnsettledPicture: StaticString = "r.due_at = 'infinity' AND r.writable_until <= now()"
    /// Whether the task exists for which the picture of the removal `r` was stored.
    static let hasTask: StaticString = "EXISTS (SELECT FROM tasks t WHERE t.id = replace(r.id, 'picture_', ''))"

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
