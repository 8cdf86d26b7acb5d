internal import MaaSControl
internal import MaaSCore

/// Writes what tasks report of their progress to the database.
@LoopActor
struct ProgressWriter {
    private let store: TaskStore
    private let logger: Logger

    /// Reports per statement. The loop serves no follower while it builds one.
    private static let reportsPerStatement = 128

    init(store: TaskStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Writes in several statements. Reports whose values the server rejects are logged and left out.
    func write(_ reports: [ProgressReport]) async throws(PostgresError) {
        for start in stride(from: 0, to: reports.count, by: Self.reportsPerStatement) {
            let end = min(start + Self.reportsPerStatement, reports.count)
            try await self.record(reports[start..<end])
        }
    }

    /// Bisects reports that the server rejects for their values, so that a bad one does not block the others. Tasks
    /// whose rows are locked are skipped: their next report replaces this one.
    private func record(
        _ reports: ArraySlice<ProgressReport>,
        skippingLocked: Bool = false
    ) async throws(PostgresError) {
        do {
            try await self.store.recordProgress(Array(reports), skippingLocked: skippingLocked)
        } catch  where error.isCausedByLock && !skippingLocked {
            try await self.record(reports, skippingLocked: true)
        } catch  where error.isCausedByValue {
            guard reports.count > 1 else {
                for report in reports { self.logger.logUnwritable(report.task, error) }
                return
            }
            let middle = reports.startIndex + reports.count / 2
            try await self.record(reports[..<middle], skippingLocked: skippingLocked)
            try await self.record(reports[middle...], skippingLocked: skippingLocked)
        }
    }
}
