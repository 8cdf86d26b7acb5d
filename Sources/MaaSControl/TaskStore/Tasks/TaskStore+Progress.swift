internal import MaaSCore

extension TaskStore {
    /// Stores the progress of attempts in one statement. Of several reports on a task the one that supersedes the
    /// others counts.
    ///
    /// Reports on attempts that are not running are dropped, and those with a lower percent than the row's, which are
    /// older.
    ///
    /// - Parameter skippingLocked: whether tasks are skipped whose rows are locked by others.
    package func recordProgress(_ reports: [ProgressReport], skippingLocked: Bool = false) async throws(PostgresError) {
        guard !reports.isEmpty else { return }
        // An UPDATE would apply an arbitrary one of several rows for a task. Sorted by id, so that concurrent updates
        // cannot deadlock.
        let reports = Dictionary(reports.map { ($0.task, $0) }, uniquingKeysWith: { $1.supersedes($0) ? $1 : $0 })
        // The ids are sorted, because reports are large.
        let latest = reports.keys.sorted().compactMap { reports[$0] }
        let progress = latest.map(\.progress)
        try await self.pool.execute(
            """
            UPDATE tasks t SET
                stage = new.stage, step = new.step, total = new.total,
                percent = new.percent, eta_s = new.eta_s, updated_at = now()
            FROM unnest(
                \(.textArray(latest.map(\.task.description))), \(.intArray(latest.map(\.attempt))),
                \(.textArray(progress.map(\.stage.rawValue))), \(.intArray(progress.map(\.step))),
                \(.intArray(progress.map(\.total))), \(.doubleArray(progress.map(\.percent))),
                \(.intArray(progress.map(\.etaSeconds)))
            ) AS new (id, attempt, stage, step, total, percent, eta_s)
            WHERE t.id = new.id AND t.attempt = new.attempt AND t.state = 'RUNNING'
                AND new.percent::real >= coalesce(t.percent, 0)
                \(sql: skippingLocked ? Self.isFree : "")
            """
        )
    }

    /// The condition that nobody else holds a lock on the row of task `t`.
    static let isFree: StaticString = "AND EXISTS (SELECT FROM tasks free WHERE free.id = t.id FOR UPDATE SKIP LOCKED)"
}
